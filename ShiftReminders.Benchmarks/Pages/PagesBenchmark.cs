using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Benchmarks.Pages;

/// <summary>The portal's own queries over a table of which nearly all is finished.</summary>
internal static class PagesBenchmark
{
    private static readonly string[] Boards = ["true", "false"];

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var size = wanted.Size ?? 1_000_000;
        await using var database = await server.CreateDatabaseAsync();
        await History.FillAsync(database, size);
        await database.Owner.ExecuteAsync("SELECT bench.add_shifts(1000, clock_timestamp() - interval '1 minute', interval '0')");
        await database.TickAsync();
        await database.SettleAsync();

        var table = new Table($"Pages: {Figures.Count(size)} finished reminders, 1,000 pending", "query of the portal", "time", "8 kB blocks touched");
        foreach (var query in await QueriesAsync(database, size))
        {
            var (milliseconds, blocks) = await query.MeasureAsync(database.App);
            table.Add(query.Title, Figures.Milliseconds(milliseconds), Figures.Count(blocks));
        }
        await FilterLine.AddToAsync(table, database);
        return table;
    }

    private static async Task<IReadOnlyList<PortalQuery>> QueriesAsync(BenchDatabase database, int size)
    {
        var deep = await CursorAsync(database, size / 2);
        var pending = await ScopeAsync(database, new() { Tab = ReminderTab.Pending, Due = DueRange.Any });
        var failed = await ScopeAsync(database, new() { Tab = ReminderTab.Failed, Due = DueRange.Any });
        var all = await ScopeAsync(database, new() { Due = DueRange.Any });
        var sent = await ScopeAsync(database, new() { Tab = ReminderTab.Sent, Due = DueRange.Any });
        return
        [
            PortalQuery.Count("count of pending", pending),
            PortalQuery.Count("count of failed", failed),
            PortalQuery.Count("count of sent (up to the cap)", sent),
            PortalQuery.Page("first page, pending, longest due first", pending with { Filter = pending.Filter with { OldestFirst = true } }),
            PortalQuery.Page("first page, failed", failed),
            PortalQuery.Page("first page, all", all),
            PortalQuery.Page("first page, sent", sent),
            PortalQuery.Page($"page after {Figures.Count(size / 2)} rows, all", all, deep),
            PortalQuery.Page($"page after {Figures.Count(size / 2)} rows, sent", sent, deep),
            PortalQuery.Page("first page, one person", await ScopeAsync(database, new() { Text = "Person 4242" })),
            PortalQuery.Page("first page, one shift", await ScopeAsync(database, new() { Shift = size / 2 })),
            PortalQuery.Page("first page, a kind and a reason, 30 days", await ScopeAsync(
                database, new() { Kind = "start_15", Reason = "no_device", Due = DueRange.Month })),
            new PortalQuery("who is meant by three characters, of 50,000 people", "SELECT user_id FROM shift_reminders.find_people('424', 51)"),
            .. Boards.Select(history => new PortalQuery($"now_board, last 24 hours: {history}", $"SELECT shift_reminders.now_board({history})")),
        ];
    }

    private static Task<ReminderScope> ScopeAsync(BenchDatabase database, ReminderFilter filter) =>
        new ReminderQueries(database.App, TimeProvider.System).ResolveAsync(filter, TimeZoneInfo.Utc, CancellationToken.None);

    private static async Task<ReminderCursor> CursorAsync(BenchDatabase database, int id)
    {
        var due = await database.Owner.ScalarAsync<DateTime>(
            "SELECT scheduled_for FROM public.scheduled_notifications WHERE id = $1", (long)id);
        return new ReminderCursor(due, id);
    }
}
