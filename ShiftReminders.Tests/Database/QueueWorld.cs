using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Tests.Database;

/// <summary>
/// A queue with everybody who acts on it: the host app, pg_cron, processors, people at the portal, another worker. What
/// must never be forgotten is noted in the schema <c>model</c>, apart from the queue's own tables.
/// </summary>
public sealed partial class QueueWorld(TestDatabase database)
{
    private const string Channel = "Sandbox";

    private static readonly DateTimeOffset Beginning = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Guid[] People =
        [.. Enumerable.Range(1, 3).Select(number => new Guid($"00000000-0000-0000-0000-{number:D12}"))];

    private readonly ReminderQueue queue = new(database.AppDataSource);
    private readonly List<long> shifts = [];
    private readonly List<Held> claims = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private NpgsqlDataSource Owner => database.OwnerDataSource;

    private NpgsqlDataSource App => database.AppDataSource;

    public async Task PrepareAsync() => await Owner.ExecuteAsync(QueueModel.Schema + QueueModel.Clock);

    /// <summary>Plays the steps on an empty queue; an invariant that does not hold after one of them is an exception.</summary>
    public async Task PlayAsync(IEnumerable<QueueStep> steps)
    {
        await BeginAsync();
        foreach (var step in steps)
        {
            await TakeAsync(step);
            await HoldsAsync(step.Kind.ToString(), "SELECT model.violations($1)", step.Kind.ToString());
        }
        await HoldsAsync("all steps", "SELECT model.unexplained()");
        await ComeToRestAsync();
    }

    private async Task BeginAsync()
    {
        shifts.Clear();
        claims.Clear();
        await Owner.ExecuteAsync(QueueModel.Reset);
        await Owner.ExecuteAsync("UPDATE model.clock SET at = $1", Beginning.UtcDateTime);
        foreach (var person in People)
            await Owner.ExecuteAsync("INSERT INTO public.profiles (id, full_name) VALUES ($1, 'Somebody')", person);
        await AddDeviceAsync(0, 0);
        await AddDeviceAsync(0, 1);
        await AddDeviceAsync(1, 0);
        await AddShiftAsync(0, 4, 0);
        await AddShiftAsync(1, 5, 1);
    }

    private async Task HoldsAsync(string after, string question, params object[] parameters)
    {
        var violations = await Owner.ColumnAsync<string>(question, parameters);
        if (violations.Count > 0)
            throw new InvalidOperationException($"After {after}: {string.Join("\n", violations)}");
    }

    private Task TakeAsync(QueueStep step) => step.Kind switch
    {
        QueueStepKind.Tick => TickAsync(),
        QueueStepKind.Claim => ClaimAsync(step.Which, step.How, step.Much),
        QueueStepKind.Record => RecordAsync(step.Which, step.How),
        QueueStepKind.RecordAgain => RecordAgainAsync(step.Which),
        QueueStepKind.RecordTogether => RecordTogetherAsync(step.How),
        QueueStepKind.Release => ReleaseAsync(step.Which),
        QueueStepKind.PassTime => PassTimeAsync(step.How),
        QueueStepKind.AddShift => AddShiftAsync(step.Which, step.How, step.Much),
        QueueStepKind.MoveShift => MoveShiftAsync(step.Which, step.How),
        QueueStepKind.MoveShiftBack => MoveShiftBackAsync(step.Which),
        QueueStepKind.CancelShift => SetStatusAsync(step.Which, "cancelled"),
        QueueStepKind.ReactivateShift => SetStatusAsync(step.Which, "scheduled"),
        QueueStepKind.DeleteShift => DeleteShiftAsync(step.Which),
        QueueStepKind.ReassignShift => ReassignShiftAsync(step.Which, step.How),
        QueueStepKind.CheckIn => CheckInAsync(step.Which, step.How),
        QueueStepKind.WithdrawCheckIn => WithdrawCheckInAsync(step.Which),
        QueueStepKind.AddDevice => AddDeviceAsync(step.Which, step.How),
        QueueStepKind.RemoveDevice => RemoveDeviceAsync(step.Which, step.How),
        QueueStepKind.RegisterDeviceAgain => RegisterAgainAsync(step.Which),
        QueueStepKind.SwitchRemindersOff => SwitchRemindersOffAsync(step.Which, step.How),
        QueueStepKind.Resend => ResendAsync(step.Which, step.How),
        QueueStepKind.CancelReminder => CancelReminderAsync(step.Which),
        QueueStepKind.TakeCancelBack => TakeCancelBackAsync(step.Which),
        QueueStepKind.Pause => PauseAsync(step.How),
        QueueStepKind.Resume => ResumeAsync(),
        QueueStepKind.EditRule => EditRuleAsync(step.Which, step.How),
        QueueStepKind.MarkForeign => MarkForeignAsync(step.Which),
        QueueStepKind.ProcessForeign => ProcessForeignAsync(step.Which),
        QueueStepKind.ProbeChannel => ProbeChannelAsync(step.How),
        QueueStepKind.ProbePlatform => ProbePlatformAsync(step.How),
    };

    private async Task TickAsync() => await App.ScalarAsync<int>("SELECT public.enqueue_due_shift_notifications()");

    private async Task PassTimeAsync(int how)
    {
        int[] seconds = [1, 5, 15, 20, 30, 60, 60, 90, 120, 300, 300, 600, 900, 1800, 3600, -2, -20];
        await Owner.ExecuteAsync("UPDATE model.clock SET at = at + make_interval(secs => $1)", seconds[how % seconds.Length]);
    }
}
