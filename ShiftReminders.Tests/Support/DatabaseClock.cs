using System.Globalization;
using Npgsql;

namespace ShiftReminders.Tests.Support;

/// <summary>Replaces <c>shift_reminders.clock()</c> in one test database, so that tests move time instead of waiting.</summary>
public sealed class DatabaseClock(NpgsqlDataSource owner)
{
    public async Task<DateTimeOffset> NowAsync() =>
        new(await owner.ScalarAsync<DateTime>("SELECT shift_reminders.clock()"));

    /// <summary>The clock shows <paramref name="now"/> and runs on.</summary>
    public async Task SetAsync(DateTimeOffset now)
    {
        var offset = await owner.ScalarAsync<TimeSpan>("SELECT $1 - clock_timestamp()", now.UtcDateTime);
        await ReplaceAsync($"pg_catalog.clock_timestamp() + interval '{Microseconds(offset)} microseconds'");
    }

    /// <summary>The clock shows <paramref name="now"/> and stands still until it is set, advanced or frozen again.</summary>
    public async Task FreezeAsync(DateTimeOffset now) =>
        await ReplaceAsync($"timestamptz '{now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}+00'");

    /// <summary>The clock goes <paramref name="step"/> further; a frozen one stays frozen.</summary>
    public async Task AdvanceAsync(TimeSpan step)
    {
        var body = await owner.ScalarAsync<string>(
            "SELECT prosrc FROM pg_catalog.pg_proc WHERE oid = 'shift_reminders.clock()'::regprocedure");
        // As the migration wrote it, or as ReplaceAsync did.
        var expression = body!.Trim().Replace("BEGIN RETURN ", "", StringComparison.Ordinal).Replace("; END", "", StringComparison.Ordinal);
        if (expression.StartsWith("SELECT ", StringComparison.Ordinal)) expression = expression["SELECT ".Length..];
        await ReplaceAsync($"{expression} + interval '{Microseconds(step)} microseconds'");
    }

    private static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    private async Task ReplaceAsync(string expression) => await owner.ExecuteAsync($"""
        CREATE OR REPLACE FUNCTION shift_reminders.clock() RETURNS timestamptz
        LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS 'SELECT {expression.Replace("'", "''", StringComparison.Ordinal)}'
        """);
}
