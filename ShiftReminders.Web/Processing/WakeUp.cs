using Quartz;

namespace ShiftReminders.Web.Processing;

/// <summary>Sets one trigger to the earliest moment at which somebody wants the queue looked at.</summary>
internal sealed class WakeUp(ISchedulerFactory schedulers, SteadyClock clock, ILogger<WakeUp> logger) : IWakeUp
{
    private static readonly TriggerKey Key = new("wake-up", ProcessQueueJob.Key.Group);

    public void Within(TimeSpan delay) => _ = ScheduleAsync(delay > TimeSpan.Zero ? delay : TimeSpan.Zero);

    private async Task ScheduleAsync(TimeSpan delay)
    {
        try
        {
            var scheduler = await schedulers.GetScheduler(CancellationToken.None);
            var trigger = TriggerBuilder.Create(clock)
                .WithIdentity(Key)
                .ForJob(ProcessQueueJob.Key)
                .StartAt(clock.GetUtcNow() + delay)
                .WithSchedule(SimpleScheduleBuilder.Create().WithMisfireInstruction(SimpleTriggerMisfireInstruction.FireNow))
                .Build();
            await scheduler.ScheduleTrigger(trigger, TriggerConflict.KeepEarlier, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // Polling finds what this would have found sooner, and during shutdown nothing is to be found any more.
            ProcessorLog.NotWoken(logger, exception.Message);
        }
    }
}
