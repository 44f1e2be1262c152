using System.Collections.Concurrent;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>The top of a list and its counts, as of a moment ago.</summary>
public sealed record ReminderHead(ReminderScope Scope, ReminderSlice Page, ReminderCounts? Counts);

/// <summary>
/// Answers every open page that shows the same list from one reading: the feed's news would otherwise become a query
/// per browser and second.
/// </summary>
public sealed class ReminderHeads(ReminderQueries queries, TimeProvider time)
{
    private const int MostLists = 500;
    private static readonly TimeSpan KeepFor = TimeSpan.FromMilliseconds(900);
    private readonly ConcurrentDictionary<ReminderFilter, Reading> readings = new();

    public Task<ReminderHead> GetAsync(ReminderFilter filter, TimeZoneInfo site, CancellationToken cancellationToken)
    {
        if (readings.Count > MostLists) readings.Clear();
        var reading = readings.AddOrUpdate(
            filter,
            _ => Begin(filter, site),
            (_, known) => time.GetElapsedTime(known.At) < KeepFor && !known.Head.Value.IsFaulted ? known : Begin(filter, site));
        return reading.Head.Value.WaitAsync(cancellationToken);
    }

    // Nobody's own token cancels what others wait for; the queries end by their own time limit.
    private Reading Begin(ReminderFilter filter, TimeZoneInfo site) =>
        new(time.GetTimestamp(), new Lazy<Task<ReminderHead>>(() => ReadAsync(filter, site)));

    private async Task<ReminderHead> ReadAsync(ReminderFilter filter, TimeZoneInfo site)
    {
        // A span such as "last 24 hours" moves on with the clock, so it is resolved for every reading.
        var scope = await queries.ResolveAsync(filter, site, CancellationToken.None);
        var page = queries.ReadPageAsync(scope, after: null, ReminderQueries.PageSize, CancellationToken.None);
        var counts = queries.CountAsync(scope, CancellationToken.None);
        return new ReminderHead(scope, await page, await counts);
    }

    private sealed record Reading(long At, Lazy<Task<ReminderHead>> Head);
}
