using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Cron;

namespace ShiftReminders.Web.Components.Cron;

/// <summary>How long the latest runs took, oldest first; failed ones carry a mark on top as well as a colour.</summary>
public sealed partial class DurationSparkline
{
    private const double FullHeight = 18;
    private List<CronRun> ended = [];

    /// <summary>Newest first; those that have not ended are left out.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<CronRun> Runs { get; set; }

    private List<Bar> Bars { get; set; } = [];

    private string Words { get; set; } = "";

    private string Summary { get; set; } = "";

    protected override void OnParametersSet()
    {
        ended = [.. Runs.Where(run => run.Took is not null).Reverse()];
        if (ended.Count == 0)
        {
            Bars = [];
            return;
        }
        TimeSpan[] sorted = [.. ended.Select(run => run.Took!.Value).Order()];
        var longest = Math.Max(sorted[^1].TotalMilliseconds, 1);
        Bars = [.. ended.Select((run, place) => new Bar(place, run.Took!.Value.TotalMilliseconds / longest, run.Status == "failed"))];
        Words = $"{TimeWords.Rough(sorted[sorted.Length / 2])} median, {TimeWords.Rough(sorted[^1])} max";
        Summary = $"Durations of the last {ended.Count} runs: {Words}, {ended.Count(run => run.Status == "failed")} failed";
    }

    private sealed record Bar(int Place, double Share, bool Failed)
    {
        public string X => (Place * 4).ToString(CultureInfo.InvariantCulture);

        public string Height => Size.ToString("0.#", CultureInfo.InvariantCulture);

        public string Y => (22 - Size).ToString("0.#", CultureInfo.InvariantCulture);

        private double Size => Math.Max(2, Share * FullHeight);
    }
}
