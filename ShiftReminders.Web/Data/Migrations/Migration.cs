using System.Security.Cryptography;
using System.Text;

namespace ShiftReminders.Web.Data.Migrations;

/// <summary>One SQL file of <c>Database/supabase/migrations</c>.</summary>
/// <param name="Name">The file's name; names sort in the order in which the files are applied.</param>
/// <param name="Sql">The file's text with line feeds only.</param>
public sealed record Migration(string Name, string Sql)
{
    /// <summary>Tells whether a migration was edited after it had been applied; blind to line endings.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
}
