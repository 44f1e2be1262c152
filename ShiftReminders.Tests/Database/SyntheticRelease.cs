using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>Releases made from the present files: one as they are, and later ones with a change of each kind.</summary>
internal static class SyntheticRelease
{
    private const string Claim = "functions/claim/claim_reminders.sql";

    private static readonly SqlFile OldHelper = Function("old_helper", "SELECT 'of the first release'");

    /// <summary>The present files, with a helper that later releases lack.</summary>
    public static DatabaseFiles First { get; } = Of(DatabaseFiles.Embedded.Version, [], [OldHelper], "");

    /// <summary>The release after it: a new column, a new table with a row, a changed function, a new one with a grant.</summary>
    public static DatabaseFiles Next { get; } = Later(1);

    /// <param name="minor">How many minors after <see cref="First"/>.</param>
    public static DatabaseFiles Later(int minor) => Of(
        new(First.Version.Major, First.Version.Minor + minor, 0),
        [.. Enumerable.Range(1, minor).Select(Table)],
        [Function("new_helper", $"SELECT 'of minor {minor}'")],
        "GRANT EXECUTE ON FUNCTION shift_reminders.new_helper() TO shift_reminders_app;",
        $"\n  -- Of minor {minor}.");

    /// <summary>What the Supabase CLI pushes of it.</summary>
    public static SqlFile File(DatabaseFiles files) => ReleaseFile.Compose(
        $"2027010100000{files.Version.Minor}_shift_reminders_{files.Version.ToString().Replace('.', '_')}.sql", files);

    private static DatabaseFiles Of(Version version, IEnumerable<SqlFile> tables, IEnumerable<SqlFile> functions, string grants, string inClaim = "")
    {
        var present = DatabaseFiles.Embedded;
        var changed = present.Repeatable.Select(file => file.Name switch
        {
            Claim => file with { Sql = file.Sql.Replace("\nBEGIN", $"\nBEGIN{inClaim}", StringComparison.Ordinal) },
            "(version)" => file with { Sql = file.Sql.Replace($"{present.Version}", $"{version}", StringComparison.Ordinal) },
            "grants.sql" => file with { Sql = $"{file.Sql}\n{grants}" },
            _ => file,
        }).ToList();
        changed.InsertRange(changed.FindIndex(file => file.Name == Claim), functions);
        return present with { Version = version, Tables = [.. present.Tables, .. tables], Repeatable = changed };
    }

    private static SqlFile Table(int minor) => new($"tables/9{minor:000}_minor_{minor}.sql", $"""
        ALTER TABLE public.scheduled_notifications ADD COLUMN of_minor_{minor} text;
        CREATE TABLE shift_reminders.runs_of_minor_{minor} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        INSERT INTO shift_reminders.runs_of_minor_{minor} DEFAULT VALUES;
        """);

    private static SqlFile Function(string name, string body) => new($"functions/shared/{name}.sql", $"""
        CREATE OR REPLACE FUNCTION shift_reminders.{name}() RETURNS text
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ {body} $$;
        """);
}
