using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Paint;

/// <summary>When a real browser first paints each page of the portal, and when the page has its data and reacts to clicks.</summary>
internal static class PaintBenchmark
{
    private const int WarmLoads = 5;
    private const int Pending = 1_000;

    private static readonly (string Name, string Path)[] Pages =
    [
        ("Now", "/"),
        ("Pending", "/reminders?tab=pending"),
        ("Failed", "/reminders?tab=failed"),
        ("Sent", "/reminders?tab=sent"),
        ("All, 30 days", "/reminders?due=30d"),
        ("Shifts", "/shifts"),
    ];

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 1_000_000;
        await using var database = await server.CreateDatabaseAsync();
        await History.FillAsync(database, size);
        await database.Owner.ExecuteAsync("SELECT bench.add_shifts($1, clock_timestamp() + interval '1 minute', interval '0')", (long)Pending);
        await database.TickAsync();
        await using var app = await RunningApp.StartAsync(PortalAlone.Settings(database));
        await using var visitor = await Visitor.SignInAsync(app.Address, PortalAlone.Admin, PortalAlone.Password);
        return await MeasureAsync(visitor, size);
    }

    private static async Task<Table> MeasureAsync(Visitor visitor, int size)
    {
        var table = new Table(
            $"Paint: {Figures.Count(size)} finished reminders, Chromium, medians of {WarmLoads} warm loads",
            "page", "first contentful paint", "longest", "with its data, and reacting");
        foreach (var (name, path) in Pages)
        {
            // Once for nothing: the browser has the scripts then, and the app has compiled the page.
            await visitor.LoadAsync(path);
            List<PageLoad> loads = [];
            while (loads.Count < WarmLoads) loads.Add(await visitor.LoadAsync(path));
            table.Add(
                name,
                Figures.Milliseconds(loads.Select(load => load.FirstPaint).Median()),
                Figures.Milliseconds(loads.Max(load => load.FirstPaint)),
                Figures.Milliseconds(loads.Select(load => load.Ready).Median()));
        }
        return table;
    }
}
