using System.Buffers.Binary;
using System.Text;

namespace ShiftReminders.Benchmarks.Circuits;

/// <summary>As much of "blazorpack" (SignalR's messages in MessagePack) as a browser needs to keep a page alive.</summary>
internal static class BlazorPack
{
    public const string Handshake = """{"protocol":"blazorpack","version":1}""" + "\u001e";

    private const byte Nil = 0xc0;
    private const int Invocation = 1;

    /// <summary>One call of the hub, with its length before it.</summary>
    public static byte[] Call(string? id, string method, params object?[] arguments)
    {
        List<byte> body = [0x96, Invocation, 0x80];
        Write(body, id);
        Write(body, method);
        body.Add((byte)(0x90 | arguments.Length));
        foreach (var argument in arguments) Write(body, argument);
        body.Add(0x90);
        return [.. Length(body.Count), .. body];
    }

    /// <summary>The messages that one frame holds, each as its array of values.</summary>
    public static IEnumerable<List<object?>> Read(ReadOnlyMemory<byte> frame)
    {
        for (var at = 0; at < frame.Length;)
        {
            var (length, shift) = (0, 0);
            byte part;
            do
            {
                part = frame.Span[at++];
                length |= (part & 0x7f) << shift;
                shift += 7;
            }
            while ((part & 0x80) != 0);
            var reader = new Reader(frame.Slice(at, length));
            at += length;
            if (reader.Value() is List<object?> message) yield return message;
        }
    }

    private static IEnumerable<byte> Length(int length)
    {
        for (; length >= 0x80; length >>= 7) yield return (byte)(length | 0x80);
        yield return (byte)length;
    }

    private static void Write(List<byte> to, object? value)
    {
        switch (value)
        {
            case null:
                to.Add(Nil);
                break;
            case bool truth:
                to.Add(truth ? (byte)0xc3 : (byte)0xc2);
                break;
            case long number:
                to.Add(0xd3);
                Span<byte> digits = stackalloc byte[sizeof(long)];
                BinaryPrimitives.WriteInt64BigEndian(digits, number);
                to.AddRange(digits);
                break;
            case string text:
                var bytes = Encoding.UTF8.GetBytes(text);
                to.Add(0xdb);
                Span<byte> length = stackalloc byte[sizeof(uint)];
                BinaryPrimitives.WriteUInt32BigEndian(length, (uint)bytes.Length);
                to.AddRange(length);
                to.AddRange(bytes);
                break;
            default:
                throw new NotSupportedException($"No page sends a {value.GetType()}.");
        }
    }

    private struct Reader(ReadOnlyMemory<byte> data)
    {
        private int at;

        public object? Value()
        {
            var kind = data.Span[at++];
            return kind switch
            {
                <= 0x7f => (long)kind,
                >= 0xe0 => (long)(sbyte)kind,
                < 0x90 => Map(kind & 0x0f),
                < 0xa0 => Array(kind & 0x0f),
                < 0xc0 => Text(kind & 0x1f),
                Nil => null,
                0xc2 => false,
                0xc3 => true,
                0xc4 => Skip((int)Unsigned(1)),
                0xc5 => Skip((int)Unsigned(2)),
                0xc6 => Skip((int)Unsigned(4)),
                0xcc => Unsigned(1),
                0xcd => Unsigned(2),
                0xce => Unsigned(4),
                0xcf or 0xd3 => Unsigned(8),
                0xd0 => (long)(sbyte)Unsigned(1),
                0xd1 => (long)(short)Unsigned(2),
                0xd2 => (long)(int)Unsigned(4),
                0xd9 => Text((int)Unsigned(1)),
                0xda => Text((int)Unsigned(2)),
                0xdb => Text((int)Unsigned(4)),
                0xdc => Array((int)Unsigned(2)),
                0xdd => Array((int)Unsigned(4)),
                0xde => Map((int)Unsigned(2)),
                _ => throw new NotSupportedException($"MessagePack kind {kind:x2}"),
            };
        }

        private long Unsigned(int bytes)
        {
            long value = 0;
            for (var n = 0; n < bytes; n++) value = (value << 8) | data.Span[at++];
            return value;
        }

        private string Text(int length)
        {
            at += length;
            return Encoding.UTF8.GetString(data.Span.Slice(at - length, length));
        }

        // What is drawn is for a browser to look at.
        private object? Skip(int length)
        {
            at += length;
            return null;
        }

        private List<object?> Array(int length)
        {
            List<object?> values = new(length);
            for (var n = 0; n < length; n++) values.Add(Value());
            return values;
        }

        private object? Map(int length)
        {
            for (var n = 0; n < 2 * length; n++) _ = Value();
            return null;
        }
    }
}
