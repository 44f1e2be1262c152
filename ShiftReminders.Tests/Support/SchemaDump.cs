using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;

namespace ShiftReminders.Tests.Support;

/// <summary>What <c>pg_dump</c> says of our objects, without what changes from run to run.</summary>
public static partial class SchemaDump
{
    // The host's own, and the ledgers: which of them exists depends on the route, not on the migrations.
    private static readonly string[] Foreign =
    [
        "--exclude-table=public.duty_schedules*", "--exclude-table=public.attendance_logs*", "--exclude-table=public.fcm_tokens",
        "--exclude-table=public.profiles", "--exclude-table=shift_reminders.migrations",
        "--exclude-schema=supabase_migrations", "--exclude-schema=cron",
    ];

    public static async Task<string> OfAsync(PostgresCluster cluster, string ownerConnectionString)
    {
        var target = new NpgsqlConnectionStringBuilder(ownerConnectionString);
        var start = new ProcessStartInfo(
            Path.Combine(cluster.ProgramDirectory, "pg_dump"),
            [
                "--schema-only", "--no-owner", .. Foreign,
                $"--host={target.Host}", $"--port={target.Port}", $"--username={target.Username}", target.Database!,
            ]);
        start.Environment["PGPASSWORD"] = target.Password;
        var dump = await Commands.TryRunAsync(start);
        return dump.ExitCode == 0 ? Normalise(dump.Output) : throw new InvalidOperationException(dump.Error);
    }

    private static string Normalise(string dump)
    {
        var lines = dump.Split('\n').Where(line => !Noise().IsMatch(line)).Select(line => line.TrimEnd());
        return BlankLines().Replace(string.Join('\n', lines), "\n\n").Trim() + "\n";
    }

    // Versions, session settings, and the random key that newer versions of pg_dump guard their scripts with.
    [GeneratedRegex(@"^(--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict )")]
    private static partial Regex Noise();

    [GeneratedRegex(@"\n{3,}")]
    private static partial Regex BlankLines();
}
