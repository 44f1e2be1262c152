using System.Globalization;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Circuits;

/// <summary>Many browsers on Now: what they cost the database, and the memory of each.</summary>
internal static class CircuitsBenchmark
{
    private const int Few = 1;
    private const int Finished = 50_000;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var many = wanted.Size ?? 200;
        await using var database = await server.CreateDatabaseAsync();
        await History.FillAsync(database, Finished);
        await database.SettleAsync();
        await using var app = await RunningApp.StartAsync(new Dictionary<string, string>(PortalAlone.Settings(database))
        {
            ["Portal__RefreshInterval"] = "00:00:01",
            ["Portal__OpenPagesPerAccount"] = $"{2 * many}",
            ["Portal__OpenPagesPerAddress"] = $"{2 * many}",
        });
        using var signedIn = new PortalClient(app.Address, followRedirects: true);
        (await signedIn.SignInAsync(PortalAlone.Admin, PortalAlone.Password)).Dispose();

        var table = new Table("Browsers on Now", "open pages", "drawn per page", "transactions/s", "rows read/s", "memory of the app", "each");
        List<OpenPage> pages = [];
        double first = 0;
        foreach (var count in new[] { Few, many })
        {
            while (pages.Count < count) pages.Add(await OpenPage.OpenAsync(signedIn, app.Address, "/"));
            await Task.Delay(Settling, TimeProvider.System);
            var before = (Drawn: pages.Sum(page => page.Drawn), Load: await LoadAsync(database));
            await Task.Delay(Watched, TimeProvider.System);
            var after = (Drawn: pages.Sum(page => page.Drawn), Load: await LoadAsync(database));
            if (pages.FirstOrDefault(page => page.Complaint is not null) is { } broken) throw new InvalidOperationException(broken.Complaint);
            var memory = ProcessorTime.Memory(app.ProcessId);
            if (count == Few) first = memory;
            table.Add(
                Figures.Count(count),
                $"{(after.Drawn - before.Drawn) / (double)count:0.0}",
                Rate(after.Load.Transactions - before.Load.Transactions),
                Rate(after.Load.Rows - before.Load.Rows),
                Figures.Megabytes(memory),
                count == Few ? "" : $"{(memory - first) / (count - Few) / 1024:0} kB");
        }
        foreach (var page in pages) await page.DisposeAsync();
        return table;
    }

    private static async Task<(double Transactions, double Rows)> LoadAsync(BenchDatabase database)
    {
        // Backends report what they did up to a second later.
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        var load = await database.Superuser.ColumnAsync<double>(
            "SELECT unnest(ARRAY[xact_commit::float8, tup_returned::float8]) FROM pg_stat_database WHERE datname = current_database()");
        return (load[0], load[1]);
    }

    private static string Rate(double count) => (count / Watched.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture);
}
