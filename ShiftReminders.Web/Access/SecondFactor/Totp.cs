using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ShiftReminders.Web.Access.SecondFactor;

/// <summary>One-time codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 s, which every such app understands).</summary>
internal static class Totp
{
    private const int Digits = 6;
    private const int KeyBytes = 20;
    // Phones' clocks are wrong by seconds, and a code is typed while the next one begins.
    private const int StepsOff = 1;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    /// <summary>A new secret, as people and QR codes carry it: in base 32.</summary>
    public static string NewKey() => ToBase32(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>The step whose code this is, if it is one of about now and later than <paramref name="lastUsed"/>; else null.</summary>
    public static long? StepOf(string key, string code, DateTimeOffset now, long? lastUsed)
    {
        var present = StepAt(now);
        for (var step = present - StepsOff; step <= present + StepsOff; step++)
        {
            var expected = CodeOf(key, step);
            if (step > (lastUsed ?? -1) && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(code))) return step;
        }
        return null;
    }

    public static string CodeAt(string key, DateTimeOffset at) => CodeOf(key, StepAt(at));

    /// <summary>What the QR code says, and what authenticator apps read.</summary>
    public static string Address(string issuer, string account, string key) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(account)}?secret={key}&issuer={Uri.EscapeDataString(issuer)}";

    private static long StepAt(DateTimeOffset at) => at.ToUnixTimeSeconds() / (long)Step.TotalSeconds;

    // SHA-1 is weak where collisions matter; in an HMAC they do not, and apps know no other.
#pragma warning disable CA5350
    private static string CodeOf(string key, long step)
    {
        Span<byte> moment = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(moment, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(FromBase32(key), moment, hash);
        var offset = hash[^1] & 0x0f;
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[offset..]) & int.MaxValue;
        return (number % 1_000_000).ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0');
    }
#pragma warning restore CA5350

    private static string ToBase32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (var bit = 0; bit < bytes.Length * 8; bit += 5)
        {
            var value = 0;
            for (var at = bit; at < bit + 5; at++) value = (value << 1) | (at < bytes.Length * 8 ? (bytes[at / 8] >> (7 - (at % 8))) & 1 : 0);
            text.Append(Alphabet[value]);
        }
        return text.ToString();
    }

    private static byte[] FromBase32(string text)
    {
        var bytes = new byte[text.Length * 5 / 8];
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var value = Alphabet.IndexOf(text[bit / 5], StringComparison.Ordinal);
            bytes[bit / 8] |= (byte)(((value >> (4 - (bit % 5))) & 1) << (7 - (bit % 8)));
        }
        return bytes;
    }
}
