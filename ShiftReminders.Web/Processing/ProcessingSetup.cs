using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Quartz;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

public static class ProcessingSetup
{
    /// <summary>
    /// Registers the queue's processor, its wake-ups, the watchdog and the retention. <c>Processor__Enabled=false</c>:
    /// this replica serves the portal only.
    /// </summary>
    public static WebApplicationBuilder AddProcessing(this WebApplicationBuilder builder) => builder.AddProcessing(TimeProvider.System);

    internal static WebApplicationBuilder AddProcessing(this WebApplicationBuilder builder, TimeProvider clock)
    {
        var section = builder.Configuration.GetSection(ProcessorOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<ProcessorOptions>, ProcessorOptionsValidator>();
        builder.Services.AddOptions<ProcessorOptions>().Bind(section).ValidateOnStart();
        // Not bound here: a value that is no boolean is the validation's to report.
        if (string.Equals(section[nameof(ProcessorOptions.Enabled)], bool.FalseString, StringComparison.OrdinalIgnoreCase))
            return builder;
        builder.Services.AddProcessor();
        builder.AddSchedule(new SteadyClock(clock));
        builder.Services.AddHealthChecks()
            .AddCheck<QueueHealthCheck>("queue", tags: ["ready"])
            .AddCheck<LoopHealthCheck>("loops", tags: ["live"]);
        return builder;
    }

    /// <summary>Everything but what wakes it up, so that it also runs without Quartz.</summary>
    internal static IServiceCollection AddProcessor(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<ReminderQueue>()
            .AddSingleton<ChannelHealth>()
            .AddSingleton(new ReminderText(TimeZoneInfo.Utc))
            .AddSingleton<SendRate>()
            .AddSingleton<ChannelStop>()
            .AddSingleton<OwnTrouble>()
            .AddSingleton<ChannelProbe>()
            .AddSingleton<DatabaseRetry>()
            .AddSingleton<ClaimBudget>()
            .AddSingleton<ReminderDelivery>()
            .AddSingleton<AttemptRecorder>()
            .AddSingleton<DeliveryLine>()
            .AddSingleton<Standing>()
            .AddSingleton<Turns>()
            .AddSingleton<QueueProcessor>();
    }

    private static void AddSchedule(this WebApplicationBuilder builder, SteadyClock clock)
    {
        builder.Services
            .AddSingleton(clock)
            .AddSingleton<IWakeUp, WakeUp>()
            .AddSingleton<QueueLoop>()
            .AddSingleton<Watchdog>()
            .AddHostedService<DueListener>()
            // Before Quartz: hosted services stop in reverse, and draining begins when no job claims any more.
            .AddHostedService<ProcessorLifetime>();
        builder.AddQuartz(quartz =>
        {
            quartz.UseTimeProvider(clock);
            quartz.ScheduleJob<ProcessQueueJob>(
                (services, trigger) => trigger.Every(services.GetRequiredService<IOptions<ProcessorOptions>>().Value.PollInterval),
                (_, job) => job.WithIdentity(ProcessQueueJob.Key));
            quartz.ScheduleJob<WatchdogJob>(trigger => trigger.Every(WatchdogJob.Interval));
            quartz.ScheduleJob<RetentionJob>(trigger => trigger.Every(RetentionJob.Interval));
        });
        builder.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
    }

    private static void Every<TJob>(this ITriggerConfigurator<TJob> trigger, TimeSpan interval)
        where TJob : IJob => trigger
        .StartNow()
        .WithSchedule(SimpleScheduleBuilder.Create()
            .WithInterval(interval)
            .RepeatForever()
            .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount));
}
