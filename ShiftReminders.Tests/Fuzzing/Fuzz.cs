using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;

namespace ShiftReminders.Tests.Fuzzing;

/// <summary>
/// What strangers may send: texts that are no text, JSON that almost fits, and good replies with a few bytes changed. A failure
/// prints the seed that repeats it (<c>CsCheck_Seed</c>) and the smallest case that was found.
/// </summary>
internal static class Fuzz
{
    /// <summary>Cases for each parser; <c>FUZZ_CASES=1000000</c> makes a longer run.</summary>
    private static readonly long Cases = long.Parse(Environment.GetEnvironmentVariable("FUZZ_CASES") ?? "3000", CultureInfo.InvariantCulture);

    private static readonly string[] Nasty =
    [
        "", " ", "\0", "\n", "\r\n", "\t", "\"", "'", ",", ";", "=", "+", "-", "@", "\uff1d", "{", "}", "{{", "}}", "$", "$$", "\\", "/", "%", "&",
        "\ud800", "\udc00", "\ufffd", "\ufeff", "\u2028", "\u202e", "\u00a0", "\u0663", "\u0131", "\u212a", "😀", "é", "null", "0", "-1", "1e999",
        "99999999999999999999", "NaN",
    ];

    private static readonly Gen<string> Piece = Gen.Frequency(
        (3, Gen.OneOf(Nasty)), (3, Gen.String[Gen.Char['a', 'z'], 0, 6]), (2, Gen.String[Gen.Char, 0, 3]), (2, Gen.Int[0, 120].Select(Number)));

    /// <summary>Any text, also with half an emoji or a NUL in it.</summary>
    public static readonly Gen<string> Text = Piece.Array[0, 8].Select(string.Concat);

    /// <summary>Text made of <paramref name="words"/> above all, so that it gets far into a parser.</summary>
    public static Gen<string> TextOf(params string[] words) =>
        Gen.Frequency((6, Gen.OneOf(words)), (1, Piece)).Array[0, 12].Select(string.Concat);

    /// <summary>JSON whose names and texts are often the given ones.</summary>
    public static Gen<string> Json(params string[] words)
    {
        var text = Gen.Frequency((4, Gen.OneOf(words)), (1, Text)).Select(Quoted);
        var broken = Gen.OneOf("\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"a\\ud83d\"");
        var name = Gen.Frequency((12, text), (1, broken));
        var leaf = Gen.Frequency(
            (5, text), (1, broken), (2, Gen.OneOf("true", "false", "null")), (2, Gen.Int[-2, 5].Select(Number)),
            (1, Gen.OneOf("1e999", "-0", "0.5", "123456789012345678901234567890", "[]", "{}")));
        return Nested(leaf, name, depth: 4);
    }

    /// <summary>Bytes of <paramref name="good"/>, of which some are changed, left out or doubled; sometimes none.</summary>
    public static Gen<byte[]> Damaged(Gen<string> good) => Gen.Select(
        good.Select(Encoding.UTF8.GetBytes), Gen.Select(Gen.Int[0, 3], Gen.Int[0, 10_000], Gen.Byte).Array[0, 4],
        (bytes, damages) => damages.Aggregate(bytes, (damaged, damage) => Damage(damaged, damage.Item1, damage.Item2, damage.Item3)));

    /// <summary>Fails at the first case for which <paramref name="holds"/> is false or throws.</summary>
    public static void All<T>(Gen<T> cases, Func<T, bool> holds) => cases.Sample(holds, iter: Cases, print: Print);

    public static Task AllAsync<T>(Gen<T> cases, Func<T, Task<bool>> holds) => cases.SampleAsync(holds, iter: Cases, print: Print);

    private static Gen<string> Nested(Gen<string> leaf, Gen<string> name, int depth)
    {
        if (depth == 0) return leaf;
        var inner = Nested(leaf, name, depth - 1);
        return Gen.Frequency(
            (1, leaf),
            (4, Gen.Select(name, inner, (key, value) => $"{key}:{value}").Array[0, 4].Select(pairs => "{" + string.Join(',', pairs) + "}")),
            (2, inner.Array[0, 3].Select(items => "[" + string.Join(',', items) + "]")));
    }

    private static byte[] Damage(byte[] bytes, int how, int where, byte with)
    {
        if (bytes.Length == 0) return how == 0 ? [with] : bytes;
        var at = where % bytes.Length;
        return how switch
        {
            0 => [.. bytes[..at], with, .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], .. bytes[(at + 1)..]],
            2 => bytes[..at],
            _ => [.. bytes[..at], .. bytes[at..], .. bytes[at..]],
        };
    }

    // Lone surrogates have no UTF-8: the serializer puts U+FFFD in their place, and the broken texts above carry the escapes.
    private static string Quoted(string text) => JsonSerializer.Serialize(text, Unescaped);

    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Print<T>(T value) => value switch
    {
        ITuple several => string.Join(" | ", Enumerable.Range(0, several.Length).Select(place => Print(several[place]))),
        byte[] bytes => $"{Encoding.UTF8.GetString(bytes)} = {Convert.ToHexString(bytes)}",
        string or Array => JsonSerializer.Serialize<object>(value),
        _ => $"{value}",
    };
}
