namespace ShiftReminders.Web.Data.Migrations;

/// <summary>The files of <c>Database/supabase/migrations</c>: one per release, for hosts that push them with the Supabase CLI.</summary>
public static class Releases
{
    private const string Prefix = "releases/";

    /// <summary>All of them, oldest first; before the first release, the present files as one.</summary>
    public static IReadOnlyList<SqlFile> All { get; } = Read() is { Count: > 0 } released
        ? released
        : [ReleaseFile.Compose("20261128000000_shift_reminders.sql", DatabaseFiles.Embedded)];

    private static List<SqlFile> Read() =>
    [
        .. typeof(Releases).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => SqlFile.Embedded(name, Prefix)),
    ];
}
