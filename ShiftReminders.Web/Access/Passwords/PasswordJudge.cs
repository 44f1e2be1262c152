using System.Text;

namespace ShiftReminders.Web.Access.Passwords;

/// <summary>
/// Says why a password is easily guessed. It takes away what a guesser knows (common passwords, words of the context,
/// repetitions, rows of keys) and looks at how much is left; there are no rules about digits and signs.
/// </summary>
internal static class PasswordJudge
{
    private const int LeastLeft = 8;
    private const int ShortestWord = 4;
    private const int ShortestRun = 3;
    private const string Advice = "Choose a few words that only you would put together.";

    // What people write for a letter.
    private const string Signs = "@4830!1$57";
    private const string Letters = "aabeoiisst";

    private static readonly string[] Rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "1234567890"];

    /// <summary>A sentence, or null when the password is good.</summary>
    /// <param name="password">As it was typed.</param>
    /// <param name="ownWords">Words that a guesser expects here: of the address, the product and the organisation.</param>
    public static string? Problem(string password, IEnumerable<string> ownWords)
    {
        var rest = Unit(Narrow(password).ToLowerInvariant());
        var (withoutWords, restsOnWords) = Without(rest, ownWords);
        var withoutCommon = WithoutCommon(withoutWords);
        if (WithoutRuns(withoutCommon).Length >= LeastLeft) return null;
        if (restsOnWords) return $"This password rests on your address, the product's name or your organisation's. {Advice}";
        return withoutCommon.Length < withoutWords.Length
            ? $"This password is one of those that everybody tries first. {Advice}"
            : $"This password repeats itself or follows a row of keys. {Advice}";
    }

    /// <summary>The words of a name or an address.</summary>
    public static IEnumerable<string> WordsOf(string? text) =>
        string.Concat((text ?? "").ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : ' '))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // Not Normalize: without ICU's data, as in an invariant container, it leaves full-width letters as they are.
    private static string Narrow(string text) =>
        string.Concat(text.Select(c => c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - '\uFF01' + '!') : c));

    private static (string Left, bool Found) Without(string text, IEnumerable<string> words)
    {
        var rest = text;
        // The longest first: "shiftreminders" before "shift".
        foreach (var word in words.Where(word => word.Length >= ShortestWord).OrderByDescending(word => word.Length))
            rest = rest.Replace(word, "", StringComparison.Ordinal);
        return (rest, rest.Length < text.Length);
    }

    private static string WithoutCommon(string text)
    {
        if (CommonPasswords.Contains(text)) return "";
        var end = text.AsSpan().TrimEnd(Decoration(text)).ToString();
        var core = end.AsSpan().TrimStart(Decoration(text)).ToString();
        foreach (var candidate in (string[])[core, end])
        {
            if (candidate.Length >= ShortestWord && IsCommon(Unit(candidate)))
                return text.Replace(candidate, "", StringComparison.Ordinal);
        }
        return text;
    }

    private static bool IsCommon(string word) => CommonPasswords.Contains(word) || CommonPasswords.Contains(Spelled(word));

    private static string Decoration(string text) => string.Concat(text.Where(c => !char.IsLetter(c)).Distinct());

    private static string Spelled(string word) =>
        string.Concat(word.Select(c => Signs.IndexOf(c, StringComparison.Ordinal) is >= 0 and var at ? Letters[at] : c));

    /// <summary>What the text is a repetition of: itself, when of nothing.</summary>
    private static string Unit(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            if (text.Skip(length).Zip(text).All(pair => pair.First == pair.Second)) return text[..length];
        }
        return text;
    }

    private static string WithoutRuns(string text)
    {
        var left = new StringBuilder();
        for (var at = 0; at < text.Length; at += RunAt(text, at)) left.Append(text[at]);
        return left.ToString();
    }

    private static int RunAt(string text, int start)
    {
        var longest = 1;
        foreach (var next in (Func<char, char, bool>[])[IsSame, IsNext, IsBefore, IsBeside, (one, other) => IsBeside(other, one)])
        {
            var length = 1;
            while (start + length < text.Length && next(text[start + length - 1], text[start + length])) length++;
            longest = Math.Max(longest, length);
        }
        return longest >= ShortestRun ? longest : 1;
    }

    private static bool IsSame(char one, char other) => one == other;

    private static bool IsNext(char one, char other) => other == one + 1;

    private static bool IsBefore(char one, char other) => other == one - 1;

    private static bool IsBeside(char one, char other) => Array.Exists(Rows, row =>
        row.IndexOf(one, StringComparison.Ordinal) is >= 0 and var at && at + 1 < row.Length && row[at + 1] == other);
}
