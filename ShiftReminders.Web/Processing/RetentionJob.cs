using Npgsql;
using Quartz;

namespace ShiftReminders.Web.Processing;

/// <summary>Removes what is past its retention, in batches small enough to disturb nobody.</summary>
[DisallowConcurrentExecution]
internal sealed class RetentionJob(NpgsqlDataSource database, Turns turns, ILogger<RetentionJob> logger) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public const int BatchSize = 1000;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var purged = await PurgeAsync(cancellationToken);
            if (purged > 0) ProcessorLog.Purged(logger, purged);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            ProcessorLog.PurgeFailed(logger, exception);
        }
        catch (OperationCanceledException)
        {
            // The process ends; the rest is purged after the next start.
        }
        turns.Came(Loop.Retention);
    }

    private async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select shift_reminders.purge($1)");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = BatchSize });
        for (var all = 0; ;)
        {
            var purged = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
            if (purged <= 0) return all;
            all += purged;
            turns.Came(Loop.Retention);
        }
    }
}
