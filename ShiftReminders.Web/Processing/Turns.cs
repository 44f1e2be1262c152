namespace ShiftReminders.Web.Processing;

/// <summary>What this process does over and over.</summary>
internal enum Loop
{
    Queue,
    Watchdog,
    Retention,
}

/// <summary>When each loop last came round, whether what it did succeeded or not.</summary>
internal sealed class Turns
{
    private readonly TimeProvider clock;
    private readonly long[] last;

    public Turns(TimeProvider clock)
    {
        this.clock = clock;
        last = new long[Enum.GetValues<Loop>().Length];
        Array.Fill(last, clock.GetTimestamp());
    }

    public TimeSpan Since(Loop loop) => clock.GetElapsedTime(Volatile.Read(ref last[(int)loop]));

    public void Came(Loop loop) => Volatile.Write(ref last[(int)loop], clock.GetTimestamp());
}
