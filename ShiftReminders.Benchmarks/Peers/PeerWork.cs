namespace ShiftReminders.Benchmarks.Peers;

/// <summary>What is done with a reminder, beside what the peer's queue does with its job.</summary>
internal enum PeerWork
{
    /// <summary>The product's: judge against the live shift, mark, POST its text, keep an attempt with each phone's result.</summary>
    Full,

    /// <summary>Mark and POST.</summary>
    Light,
}
