using MudBlazor;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Rules;

namespace ShiftReminders.Web.Components.TestShifts;

/// <summary>When a rule's reminder of a planned shift would be due, in words.</summary>
// Lost: it would be too late to be useful before it could be queued.
internal sealed record DueLine(string Rule, string Words, string Icon, bool Lost)
{
    public static DueLine For(Rule rule, TimeSpan startsIn, TimeSpan lasts, DateTimeOffset now, Clocks clocks)
    {
        var due = rule.DueOf(now + startsIn, now + startsIn + lasts);
        var clock = TimeWords.Clock(due, clocks.Site, now);
        if (due + rule.Grace <= now)
            return new(rule.Title, $"was useful until {TimeWords.Relative(due + rule.Grace, now)}: not sent", Icons.Material.Outlined.TimerOff, true);
        return due <= now
            ? new(rule.Title, $"is due at once, {TimeWords.Lasting(now - due)} late", Icons.Material.Outlined.NotificationsActive, false)
            : new(rule.Title, $"due in {DurationWords.Write(TimeSpan.FromSeconds(Math.Round((due - now).TotalSeconds)))}, at {clock}", Icons.Material.Outlined.Schedule, false);
    }
}
