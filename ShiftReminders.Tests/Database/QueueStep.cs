using CsCheck;

namespace ShiftReminders.Tests.Database;

/// <summary>What can happen to the queue. The three numbers of a <see cref="QueueStep"/> say to which thing and how.</summary>
public enum QueueStepKind
{
    Tick, Claim, Record, RecordAgain, RecordTogether, Release, PassTime, AddShift, MoveShift, MoveShiftBack, CancelShift,
    ReactivateShift, DeleteShift, ReassignShift, CheckIn, WithdrawCheckIn, AddDevice, RemoveDevice, RegisterDeviceAgain,
    SwitchRemindersOff, Resend, CancelReminder, TakeCancelBack, Pause, Resume, EditRule, MarkForeign, ProcessForeign,
    ProbeChannel, ProbePlatform,
}

/// <summary>One step of a random sequence; prints as what a regression test can repeat.</summary>
public readonly record struct QueueStep(QueueStepKind Kind, int Which, int How, int Much)
{
    public override string ToString() => $"new(QueueStepKind.{Kind}, {Which}, {How}, {Much})";

    /// <summary>Sequences that keep the queue busy: the processor's own steps come more often than what people do.</summary>
    public static Gen<QueueStep[]> Sequences(int longest)
    {
        var number = Gen.Int[0, 99];
        return Gen.Select(Kinds, number, number, number, (kind, which, how, much) => new QueueStep(kind, which, how, much))
            .Array[1, longest];
    }

    private static readonly Gen<QueueStepKind> Kinds = Gen.Frequency(
        (12, Gen.Const(QueueStepKind.Tick)), (16, Gen.Const(QueueStepKind.Claim)), (16, Gen.Const(QueueStepKind.Record)), (2, Gen.Const(QueueStepKind.RecordAgain)),
        (3, Gen.Const(QueueStepKind.RecordTogether)), (4, Gen.Const(QueueStepKind.Release)), (14, Gen.Const(QueueStepKind.PassTime)), (4, Gen.Const(QueueStepKind.AddShift)),
        (4, Gen.Const(QueueStepKind.MoveShift)), (2, Gen.Const(QueueStepKind.MoveShiftBack)), (2, Gen.Const(QueueStepKind.CancelShift)),
        (2, Gen.Const(QueueStepKind.ReactivateShift)), (1, Gen.Const(QueueStepKind.DeleteShift)), (3, Gen.Const(QueueStepKind.ReassignShift)),
        (2, Gen.Const(QueueStepKind.CheckIn)), (2, Gen.Const(QueueStepKind.WithdrawCheckIn)), (3, Gen.Const(QueueStepKind.AddDevice)),
        (1, Gen.Const(QueueStepKind.RemoveDevice)), (2, Gen.Const(QueueStepKind.RegisterDeviceAgain)), (1, Gen.Const(QueueStepKind.SwitchRemindersOff)),
        (3, Gen.Const(QueueStepKind.Resend)), (3, Gen.Const(QueueStepKind.CancelReminder)), (2, Gen.Const(QueueStepKind.TakeCancelBack)), (1, Gen.Const(QueueStepKind.Pause)),
        (2, Gen.Const(QueueStepKind.Resume)), (2, Gen.Const(QueueStepKind.EditRule)), (2, Gen.Const(QueueStepKind.MarkForeign)), (2, Gen.Const(QueueStepKind.ProcessForeign)),
        (3, Gen.Const(QueueStepKind.ProbeChannel)), (2, Gen.Const(QueueStepKind.ProbePlatform)));
}
