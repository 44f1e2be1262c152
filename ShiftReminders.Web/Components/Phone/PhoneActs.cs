using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.Sandbox;

namespace ShiftReminders.Web.Components.Phone;

/// <summary>What testers do to simulated phones. Each writes its line of the audit in its own transaction.</summary>
public sealed class PhoneActs(IDbContextFactory<ShiftRemindersDb> contexts)
{
    /// <summary>How a device answers from now on.</summary>
    /// <param name="permit">To act on simulated phones.</param>
    /// <param name="deviceId">See <see cref="PushTarget.DeviceIdOf"/>.</param>
    /// <param name="outcome"><see cref="PushOutcome.Accepted"/> without latency: like a phone in order again.</param>
    /// <param name="remaining">For how many pushes, after which it accepts; null: until changed.</param>
    /// <param name="latency">Waited before each answer; at most 5 minutes.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task BehaveAsync(
        Permit permit, string deviceId, PushOutcome outcome, int? remaining, TimeSpan latency, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.PlayPhones);
        var name = SandboxOutcome.NameOf(outcome);
        return contexts.ActAsync(permit, database => database.Database.ExecuteSqlAsync(
            $"SELECT shift_reminders.sandbox_behave({deviceId}, {name}, {remaining}, {latency}, {permit.Actor})", cancellationToken), cancellationToken);
    }

    /// <summary>Clears what a person's phones show; the result is how many pushes that were.</summary>
    public Task<int> ClearAsync(Permit permit, Guid person, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.PlayPhones);
        return contexts.ActAsync(permit, database => database.Database
            .SqlQuery<int>($"""SELECT shift_reminders.sandbox_clear({person}, {permit.Actor}) AS "Value" """).SingleAsync(cancellationToken), cancellationToken);
    }
}
