using System.Text.Json;
using Npgsql;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Benchmarks.Pages;

/// <summary>A query that the portal sends, with its parameters.</summary>
internal sealed record PortalQuery(string Title, string Text, ReminderSql? Parameters = null)
{
    private const int Repetitions = 9;

    public static PortalQuery Page(string title, ReminderScope scope, ReminderCursor? after = null)
    {
        var sql = new ReminderSql(scope);
        var order = scope.Filter.OldestFirst ? "q.scheduled_for, q.id" : "q.scheduled_for DESC, q.id DESC";
        return new PortalQuery(title, ReminderRows.Select(sql.Page(after, ReminderQueries.PageSize + 1), order), sql);
    }

    public static PortalQuery Count(string title, ReminderScope scope)
    {
        var sql = new ReminderSql(scope);
        return new PortalQuery(title, sql.Count(ReminderStates.Of(scope.Filter)), sql);
    }

    /// <summary>Planning and execution as EXPLAIN (ANALYZE, BUFFERS) tells them, once warm.</summary>
    /// <returns>Median milliseconds, and the 8 kB blocks that were touched.</returns>
    public async Task<(double Milliseconds, long Blocks)> MeasureAsync(NpgsqlDataSource database)
    {
        var times = new List<double>();
        var blocks = 0L;
        for (var repetition = 0; repetition <= Repetitions; repetition++)
        {
            using var explained = JsonDocument.Parse(await ExplainAsync(database));
            var root = explained.RootElement[0];
            blocks = Blocks(root.GetProperty("Plan"), "Shared Hit Blocks") + Blocks(root.GetProperty("Plan"), "Shared Read Blocks");
            if (repetition > 0) times.Add(root.GetProperty("Planning Time").GetDouble() + root.GetProperty("Execution Time").GetDouble());
        }
        return (times.Median(), blocks);
    }

    private async Task<string> ExplainAsync(NpgsqlDataSource database)
    {
        await using var batch = database.CreateBatch();
        // As the portal itself does.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL jit = off"));
        var explain = new NpgsqlBatchCommand($"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {Text}");
        Parameters?.AddParametersTo(explain.Parameters);
        batch.BatchCommands.Add(explain);
        return (string)(await batch.ExecuteScalarAsync())!;
    }

    private static long Blocks(JsonElement plan, string name) => plan.GetProperty(name).GetInt64();
}
