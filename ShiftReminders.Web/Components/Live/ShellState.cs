using Npgsql;
using ShiftReminders.Web.Cron;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Live;

/// <summary>
/// What stands around every page: the number on the navigation's badge and the pause that is open. Read once for the
/// whole server, however many pages show it.
/// </summary>
public sealed class ShellState(NpgsqlDataSource database, TimeProvider time, ILogger<ShellState> logger)
{
    /// <summary>Counting stops here; beyond it the exact number changes nobody's mind.</summary>
    public const int Cap = 1000;

    private const string Sql = """
        SELECT failed.count, p.started_at, p.started_by, p.why, p.until
        FROM (
            SELECT count(*) FROM (
                SELECT 1 FROM public.scheduled_notifications
                WHERE processed AND reason <> 'accepted' AND shift_reminders.ended_unsent(reason) = 'failed' AND scheduled_for > (SELECT shift_reminders.clock() - interval '24 hours')
                LIMIT 1001) AS counted) AS failed
        LEFT JOIN shift_reminders.pause_at(shift_reminders.clock()) p ON true
        """;

    // As long as the pages of one piece of news take to ask; a page that was just opened must not hide the news from them.
    private static readonly TimeSpan KeepFor = TimeSpan.FromMilliseconds(250);
    private readonly SharedRead<string, Reading> readings = new(KeepFor, time);
    private Reading latest = new(0, null);

    /// <summary>Failed in the last 24 hours, at most one more than <see cref="Cap"/>.</summary>
    public long Failed => latest.Failed;

    public string FailedText => Failed > Cap ? $"{Cap:N0}+" : $"{Failed:N0}";

    /// <summary>Null: reminders are not paused.</summary>
    public OpenPause? Pause => latest.Pause;

    /// <summary>Reads again unless somebody just has. True when the state is known.</summary>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            latest = await readings.GetAsync(Sql, ReadAsync, cancellationToken);
            return true;
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            // What stands around a page is no reason to break it; the page's own queries say what is wrong.
            logger.LogDebug(error, "The failed count and the pause could not be read");
            return false;
        }
    }

    private async Task<Reading> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead(Sql);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new Reading(row.GetInt64(0), await row.IsDBNullAsync(1, cancellationToken) ? null : new OpenPause
        {
            StartedAt = row.GetFieldValue<DateTimeOffset>(1),
            StartedBy = row.GetString(2),
            Why = row.GetString(3),
            Until = await row.IsDBNullAsync(4, cancellationToken) ? null : row.GetFieldValue<DateTimeOffset>(4),
        });
    }

    private sealed record Reading(long Failed, OpenPause? Pause);
}
