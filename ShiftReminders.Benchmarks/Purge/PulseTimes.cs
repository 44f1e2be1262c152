namespace ShiftReminders.Benchmarks.Purge;

/// <summary>How long each step of a pulse took, in ms.</summary>
internal readonly record struct PulseTimes(double Tick, double Claim, double Record);
