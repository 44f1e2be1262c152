using System.Collections.Frozen;
using System.IO.Compression;

namespace ShiftReminders.Web.Access.Passwords;

/// <summary>Passwords that are known from breaches and tried first, in lower case. They travel inside the assembly.</summary>
internal static class CommonPasswords
{
    private const string Resource = "common-passwords.txt.gz";
    private static readonly Lazy<FrozenSet<string>> Known = new(Read);

    public static bool Contains(string lowerCase) => Known.Value.Contains(lowerCase);

    private static FrozenSet<string> Read()
    {
        using var packed = typeof(CommonPasswords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly does not hold {Resource}.");
        using var text = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        var words = new List<string>();
        while (text.ReadLine() is { } word) words.Add(word);
        return words.ToFrozenSet(StringComparer.Ordinal);
    }
}
