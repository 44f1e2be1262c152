using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Board;

namespace ShiftReminders.Web.Components.Now;

/// <summary>The numbers of the next hour and of the last 24.</summary>
public sealed partial class Figures
{
    private const double Objective = 0.99;

    [Parameter, EditorRequired]
    public required NowBoard Board { get; set; }

    [Parameter, EditorRequired]
    public required BoardHistory History { get; set; }

    private long Lost => History.Count("failed") + History.Count("expired");

    private string Share => History.Lateness.Share is { } share
        // Rounded down: 99.996 % is not everything.
        ? (Math.Floor(share * 10_000) / 100).ToString("0.##", CultureInfo.InvariantCulture) + " %"
        : "–";

    private string Percentiles => History.Lateness is { P50: { } p50, P95: { } p95, Worst: { } worst }
        ? $"objective 99 % · p50 {Late(p50)} · p95 {Late(p95)} · max {Late(worst)}"
        : "nothing to measure yet";

    private static string Late(double seconds) => TimeWords.Rough(TimeSpan.FromSeconds(seconds));
}
