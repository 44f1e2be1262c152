namespace ShiftReminders.Web.Delivery;

/// <summary>Hands a push to one channel and says, device by device, what became of it.</summary>
public interface IPushSender
{
    /// <summary>
    /// The identity under which the channel's health is kept: <c>Fcm:&lt;project&gt;</c>, <c>SendFcm:&lt;host&gt;</c>
    /// or <c>Sandbox</c>. It changes when the project does, so that one project's outage is not another's.
    /// </summary>
    string Channel { get; }

    /// <summary>
    /// The longest that one call may take. Nothing is handed over with less than that left of its claim. Default: 15 s.
    /// </summary>
    TimeSpan RequestTimeout => TimeSpan.FromSeconds(15);

    /// <summary>
    /// Sends <paramref name="message"/> to each of <paramref name="targets"/>. One device's failure is a value, never
    /// an exception; only cancellation propagates.
    /// </summary>
    /// <param name="message">What the phone is to show.</param>
    /// <param name="targets">The devices. None: no call is made.</param>
    /// <param name="dryRun">True: the channel checks the message but no phone shows it.</param>
    /// <param name="cancellationToken">
    /// Stops waiting. What was already written may still arrive: the caller must treat it as unknown.
    /// </param>
    /// <returns>One result per target, in the targets' order.</returns>
    Task<IReadOnlyList<PushResult>> SendAsync(
        PushMessage message, IReadOnlyList<PushTarget> targets, bool dryRun, CancellationToken cancellationToken);

    /// <summary>Asks the channel whether it would accept a push, without any phone showing one.</summary>
    /// <param name="target">A device of the platform in question; null probes the project as a whole.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns><see cref="PushOutcome.Accepted"/> means healthy.</returns>
    Task<PushResult> ProbeAsync(PushTarget? target, CancellationToken cancellationToken);
}
