namespace ShiftReminders.Tests.Support.FakeFcm;

/// <summary>A message that the fake took, as a phone would have got it.</summary>
public readonly record struct ReceivedPush(string Token, string? CollapseKey, DateTimeOffset At)
{
    /// <summary>The whole request; null unless the fake was told to keep bodies.</summary>
    public string? Json { get; init; }
}
