namespace ShiftReminders.Web.Components.Shared;

/// <summary>What a chip's colour means. The icon and the word say the same, for whoever does not see the colour.</summary>
public enum Tone
{
    Good,
    Bad,
    Warning,
    Waiting,
    Muted,
}
