using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Cron;

namespace ShiftReminders.Web.Components.Cron;

public sealed partial class CronPage
{
    private static readonly (string? Name, string Words)[] Statuses =
        [(null, "All"), ("succeeded", "Succeeded"), ("failed", "Failed"), ("running", "Running")];

    private CronOverview? overview;
    private CronSlice? page;
    private IReadOnlyList<CronEntry> entries = [];

    [Inject]
    public required CronHistory History { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    public string? BeforeText { get; set; }

    [SupplyParameterFromQuery]
    public string? Status { get; set; }

    [SupplyParameterFromQuery(Name = "job")]
    public string? JobText { get; set; }

    private CronFilter Filter => new(
        Id(BeforeText), Statuses.Any(known => known.Name == Status) ? Status : null, Id(JobText));

    private TimeZoneInfo CronZone => Clocks.Find(overview?.Standing.TimeZone) ?? TimeZoneInfo.Utc;

    private bool HasHistory => overview?.Standing.Standing is not ("missing" or "not permitted");

    private string ZoneWords => overview is { Jobs.Count: > 0 } ? $"Schedules are read in {overview.Standing.TimeZone}, the server's setting." : "";

    private string Headline => overview is null ? "Cron" : TickHeadline.Of(overview, page, Now);

    private IReadOnlyList<CronRun> SparkRuns => page?.Runs ?? [];

    private string FootWords
    {
        get
        {
            if (!HasHistory)
            {
                return entries.OfType<HeartbeatEntry>().Count() switch
                {
                    0 => "",
                    1 => "1 run of the enqueue so far",
                    var many => $"The last {many:N0} runs of the enqueue",
                };
            }
            var runs = entries.Count(entry => entry is RunEntry or HeartbeatEntry);
            var missing = entries.OfType<GapEntry>().Sum(gap => gap.Count);
            return $"{CountWords.Of(runs, "run")}{(missing > 0 ? $", {missing:N0} missing between them" : "")}{(page?.Older is null ? "" : "; older ones follow")}";
        }
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var filter = Filter;
        overview = await History.OverviewAsync(cancellationToken);
        page = await History.PageAsync(filter, cancellationToken);
        entries = Entries(overview, page, filter);
    }

    private IReadOnlyList<CronEntry> Entries(CronOverview seen, CronSlice read, CronFilter filter)
    {
        if (!HasHistory) return filter.Status is null ? CronTimeline.OfHeartbeats([.. read.Heartbeats.Take(CronHistory.PageSize)], seen.Standing.At) : [];
        // What a filter hides is not missing, so nothing is said about it.
        if (filter.Status is not null) return CronTimeline.Of(read with { Heartbeats = [] }, null, CronZone, null);
        var expected = seen.Enqueue is { Active: true } job && (filter.Job is null || filter.Job == job.Jobid) ? CronSchedule.TryParse(job.Schedule) : null;
        return CronTimeline.Of(read, expected, CronZone, filter.Before is null ? seen.Standing.At : null);
    }

    private string HrefOf(string? status, long? job, long? before = null) => Navigation.GetUriWithQueryParameters(
        PortalUrls.Cron, new Dictionary<string, object?> { ["status"] = status, ["job"] = job, ["before"] = before });

    private string JobWords(long? id) => id is null ? "every job" : overview?.Jobs.FirstOrDefault(job => job.Jobid == id)?.Jobname ?? $"job {id}";

    private static long? Id(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id : null;
}
