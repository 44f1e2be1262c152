using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Tests.Reminders;

/// <summary>What a list costs must not grow with the table: each of its branches has to fit an index that ends in the order of the page.</summary>
public sealed class ReminderSqlTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    public static TheoryData<string> States => ["", "pending", "sending", "sent", "failed", "skipped", "expired", "cancelled"];

    [Theory]
    [MemberData(nameof(States))]
    public async Task Page_of_any_state_is_read_in_the_order_of_an_index(string state)
    {
        var sql = new ReminderSql(new ReminderScope { Filter = new ReminderFilter { State = state.Length > 0 ? state : null } });

        var plan = await PlanAsync(sql, sql.Page(new ReminderCursor(DateTimeOffset.UnixEpoch, 1), 100));

        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("scheduled_notifications_pkey", plan, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("skipped")]
    [InlineData("expired")]
    [InlineData("cancelled")]
    public async Task Page_of_an_exception_is_read_from_the_index_of_exceptions(string state)
    {
        var sql = new ReminderSql(new ReminderScope { Filter = new ReminderFilter { State = state } });

        var plan = await PlanAsync(sql, sql.Page(after: null, 100));

        Assert.Contains("scheduled_notifications_exception", plan, StringComparison.Ordinal);
        // By its key, which is the expression of ended_unsent: otherwise the index is read whole.
        Assert.Contains("Index Cond: (CASE", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_of_one_person_is_read_from_the_index_of_people()
    {
        var sql = new ReminderSql(new ReminderScope { Filter = new ReminderFilter { State = "sent", Person = Guid.NewGuid() } });

        Assert.Contains("scheduled_notifications_finished_of_person", await PlanAsync(sql, sql.Page(after: null, 100)), StringComparison.Ordinal);
    }

    // Without sequential scans, because a test's table is so small that one would be right.
    private async Task<string> PlanAsync(ReminderSql sql, string text)
    {
        await using var connection = await database.AppDataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var off = new NpgsqlCommand("SET enable_seqscan = off", connection);
        await off.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using var explain = new NpgsqlCommand($"EXPLAIN {text}", connection);
        sql.AddParametersTo(explain.Parameters);
        await using var reader = await explain.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<string> lines = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }
}
