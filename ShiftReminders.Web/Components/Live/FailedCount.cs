using Npgsql;

namespace ShiftReminders.Web.Components.Live;

/// <summary>The number on the navigation's badge: read once for the whole server, however many pages show it.</summary>
public sealed class FailedCount(NpgsqlDataSource database, TimeProvider time, ILogger<FailedCount> logger) : IDisposable
{
    /// <summary>Counting stops here; beyond it the exact number changes nobody's mind.</summary>
    public const int Cap = 1000;

    private const string Sql = """
        SELECT count(*) FROM (
            SELECT 1 FROM public.scheduled_notifications
            WHERE processed AND reason <> 'accepted' AND shift_reminders.ended_unsent(reason) = 'failed' AND scheduled_for > (SELECT shift_reminders.clock() - interval '24 hours')
            LIMIT 1001) AS failed
        """;

    private static readonly TimeSpan KeepFor = TimeSpan.FromMilliseconds(900);
    private readonly SemaphoreSlim reading = new(1, 1);
    private DateTimeOffset readAt = DateTimeOffset.MinValue;

    public long Count { get; private set; }

    public string Text => Count > Cap ? $"{Cap:N0}+" : $"{Count:N0}";

    public void Dispose() => reading.Dispose();

    /// <summary>Reads again unless somebody just has. True when a number is known.</summary>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            if (time.GetUtcNow() - readAt < KeepFor) return true;
            await using var command = database.CreateCommand(Sql);
            Count = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
            readAt = time.GetUtcNow();
            return true;
        }
        catch (NpgsqlException error)
        {
            // A badge is no reason to break a page; the page's own queries say what is wrong.
            logger.LogDebug(error, "The failed count could not be read");
            return false;
        }
        finally
        {
            reading.Release();
        }
    }
}
