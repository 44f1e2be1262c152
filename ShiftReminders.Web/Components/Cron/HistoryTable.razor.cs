using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Cron;

namespace ShiftReminders.Web.Components.Cron;

/// <summary>Runs, what ran in their place, and the runs that never were.</summary>
public sealed partial class HistoryTable
{
    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    [Parameter, EditorRequired]
    public required IReadOnlyList<CronEntry> Entries { get; set; }

    /// <summary>The database's clock.</summary>
    [Parameter, EditorRequired]
    public required DateTimeOffset Now { get; set; }

    private string GapWords(GapEntry gap)
    {
        var counted = gap.Count >= CronTimeline.MostMissing ? $"{CronTimeline.MostMissing:N0} runs or more are" : CountWords.Of(gap.Count, "run is", "runs are");
        var first = TimeWords.Clock(gap.First, Clocks.Site, Now, seconds: false);
        var last = TimeWords.Clock(gap.At, Clocks.Site, Now, seconds: false);
        var when = gap.Count == 1 ? first : $"{first}–{last}";
        var instead = gap.Instead.Count == 0
            ? "Nothing ran instead."
            : $"The watchdog ran instead {(gap.Instead.Count == 1 ? "" : $"{gap.Instead.Count:N0} times ")}({gap.QueuedInstead:N0} queued).";
        return $"{counted} missing: {when}. {instead}";
    }

    private string Took(CronRun run) => run switch
    {
        { Took: { } took } => TimeWords.Rough(took),
        { IsOpen: true, StartedAt: { } started } => $"{TimeWords.Rough((Now - started).Duration())} so far",
        _ => "–",
    };

    private static string Queued(CronRun run) => run.Queued is null ? "–" : (run.Queued.Value + (run.Rearmed ?? 0)).ToString("N0");

    private static string Message(CronRun run)
    {
        if (run.Error is { } error) return error;
        List<string> words = [];
        if (run.Paused == true) words.Add("paused: nothing was queued");
        if (run.Rearmed > 0) words.Add($"{run.Rearmed:N0} of them armed again");
        if (run.Expired > 0) words.Add($"{run.Expired:N0} expired");
        if (run.Message is { Length: > 0 } message && (run.Status != "succeeded" || run.Queued is null)) words.Add(message);
        return words.Count == 0 && run is { Queued: 0, Status: "succeeded" } ? "nothing new was due" : string.Join(" · ", words);
    }

    private static string BeatWords(Heartbeat beat) => beat switch
    {
        { Error: { } error } => error,
        { Busy: true } => "Another run was still at it, so this one did nothing.",
        { Paused: true } => "paused: nothing was queued",
        { Source: "watchdog" } => "The watchdog ran the enqueue.",
        { Source: "manual" } => "Somebody ran the enqueue; the audit says who and why.",
        _ => "",
    };
}
