using System.Security.Cryptography;
using System.Text;

namespace ShiftReminders.Web.Data.Migrations;

/// <summary>One SQL file of <c>Database/</c>.</summary>
/// <param name="Name">Its path below <c>Database/</c>: <c>tables/0001_baseline.sql</c>.</param>
/// <param name="Sql">Its text with line feeds only.</param>
public sealed record SqlFile(string Name, string Sql)
{
    /// <summary>Tells whether a file was edited after it had been applied; blind to line endings.</summary>
    public string Checksum => ChecksumOf(Sql);

    /// <summary>One checksum of several files: their names, their order and their content.</summary>
    public static string ChecksumOf(IEnumerable<SqlFile> files) =>
        ChecksumOf(string.Join('\n', files.Select(file => $"{file.Name} {file.Checksum}")));

    /// <summary>One that travels inside the assembly; its name there begins with <paramref name="prefix"/>.</summary>
    internal static SqlFile Embedded(string resource, string prefix)
    {
        using var stream = typeof(SqlFile).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return new SqlFile(resource[prefix.Length..].Replace('\\', '/'), reader.ReadToEnd().ReplaceLineEndings("\n"));
    }

    private static string ChecksumOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
