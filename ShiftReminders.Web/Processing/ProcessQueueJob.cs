using Quartz;

namespace ShiftReminders.Web.Processing;

/// <summary>Quartz's handle on the queue.</summary>
[DisallowConcurrentExecution]
internal sealed class ProcessQueueJob(QueueLoop loop, Turns turns) : IJob
{
    public static readonly JobKey Key = new("process-queue", "shift-reminders");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        await loop.LookAsync(cancellationToken);
        turns.Came(Loop.Queue);
    }
}
