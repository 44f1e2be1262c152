using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Benchmarks.Pages;

/// <summary>Each filter of the portal's filter line, alone and in pairs, within the default range of dates.</summary>
internal static class FilterLine
{
    private static readonly (string Name, Func<ReminderFilter, ReminderFilter> Set)[] Filters =
    [
        ("state", filter => filter with { State = "failed" }),
        ("kind", filter => filter with { Kind = "start_15" }),
        // bench.person(42)
        ("person", filter => filter with { Person = Guid.Parse("d72c99377ac05675f152ccafaf03d058") }),
        ("shift", filter => filter with { Shift = 4242 }),
        ("reason", filter => filter with { Reason = "no_device" }),
        ("text of three characters", filter => filter with { Text = "424" }),
    ];

    private static IEnumerable<(string Name, ReminderFilter Filter)> Alone =>
        Filters.Select(one => (one.Name, one.Set(new ReminderFilter())));

    private static IEnumerable<(string Name, ReminderFilter Filter)> InPairs =>
        from first in Filters.Index()
        from second in Filters.Skip(first.Index + 1)
        select ($"{first.Item.Name} and {second.Name}", second.Set(first.Item.Set(new ReminderFilter())));

    public static async Task AddToAsync(Table table, BenchDatabase database)
    {
        await AddSlowestAsync(table, database, "slowest filter alone", Alone);
        await AddSlowestAsync(table, database, "slowest pair of filters", InPairs);
    }

    private static async Task AddSlowestAsync(
        Table table, BenchDatabase database, string title, IEnumerable<(string Name, ReminderFilter Filter)> filters)
    {
        var queries = new ReminderQueries(database.App, TimeProvider.System);
        List<(string Name, double Milliseconds, long Blocks)> measured = [];
        foreach (var (name, filter) in filters)
        {
            var scope = await queries.ResolveAsync(filter, TimeZoneInfo.Utc, CancellationToken.None);
            var (milliseconds, blocks) = await PortalQuery.Page(name, scope).MeasureAsync(database.App);
            measured.Add((name, milliseconds, blocks));
        }
        var slowest = measured.MaxBy(one => one.Milliseconds);
        table.Add($"{title} of {measured.Count}: {slowest.Name}", Figures.Milliseconds(slowest.Milliseconds), Figures.Count(slowest.Blocks));
    }
}
