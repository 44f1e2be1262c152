using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace ShiftReminders.Web.Telemetry;

/// <summary>How many browsers hold a page open on this replica.</summary>
internal sealed class CircuitCount : CircuitHandler
{
    private int _open;

    public CircuitCount(IMeterFactory meters) =>
        meters.Create(ReminderTelemetry.Name).CreateObservableGauge(
            "shift_reminders.circuits", () => Volatile.Read(ref _open), "{circuit}", "Open pages on this replica.");

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _open);
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Interlocked.Decrement(ref _open);
        return Task.CompletedTask;
    }
}
