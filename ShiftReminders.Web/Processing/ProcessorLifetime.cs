using Microsoft.Extensions.Options;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Web.Processing;

/// <summary>
/// Refuses a start that could never hand anything over; at the end finishes or gives back what this process holds, within
/// the time that the host allows.
/// </summary>
internal sealed class ProcessorLifetime(
    DeliveryLine line,
    ChannelStop stop,
    IPushSender sender,
    IOptions<ProcessorOptions> options,
    IOptions<HostOptions> host,
    TimeProvider clock) : IHostedLifecycleService
{
    // What is left to the services that stop after this one.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(1);

    private long began;

    /// <exception cref="OptionsValidationException">The lease is too short for the channel.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (HandOverWindow.UsableOf(options.Value.Lease, sender.RequestTimeout) > TimeSpan.Zero) return Task.CompletedTask;
        throw new OptionsValidationException(
            ProcessorOptions.Section, typeof(ProcessorOptions),
            [
                $"Processor__Lease is {options.Value.Lease}: too short for a request that may take {sender.RequestTimeout} "
                + $"on channel {sender.Channel} and for recording its outcome.",
            ]);
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        began = clock.GetTimestamp();
        stop.StopForGood();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        var left = host.Value.ShutdownTimeout - clock.GetElapsedTime(began) - Reserve;
        return line.DrainAsync(left > Reserve ? left : Reserve);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
