using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>What the database refuses in a rule and its texts, whoever writes it.</summary>
public sealed class RuleTests(TestDatabase database) : QueueTest(database)
{
    [Theory]
    [InlineData("Starts at {begin}", "rule_texts_known_placeholders")]
    [InlineData("Starts {}", "rule_texts_known_placeholders")]
    [InlineData("", "rule_texts_title_check")]
    public async Task Text_with_an_unknown_placeholder_is_refused(string title, string constraint)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Owner.ExecuteAsync(
            "INSERT INTO shift_reminders.rule_texts VALUES ('start_15', 'de', $1, 'Body')", title));

        Assert.Equal(constraint, refusal.ConstraintName);
    }

    [Fact]
    public async Task Unknown_placeholder_is_named() => Assert.Equal("begin", await App.ScalarAsync<string>(
        "SELECT shift_reminders.unknown_placeholder('{start} or {begin}')"));

    [Theory]
    [InlineData("lead = interval '1 day'")]
    [InlineData("lead = interval '200 hours'")]
    [InlineData("lead = NULL")]
    [InlineData("grace = interval '0'")]
    [InlineData("grace = interval '-5 minutes'")]
    [InlineData("anchor = 'middle'")]
    [InlineData("max_attempts = 0")]
    [InlineData("notify_type = 'Start 15'")]
    public async Task Rule_that_makes_no_sense_is_refused(string change)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => Owner.ExecuteAsync($"UPDATE shift_reminders.rules SET {change} WHERE notify_type = 'start_15'"));

        Assert.StartsWith("23", refusal.SqlState, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_of_an_admins_own_reminds_after_the_start()
    {
        await Owner.ExecuteAsync(
            """
            INSERT INTO shift_reminders.rules (notify_type, title, anchor, lead, skip_type) VALUES ('late', 'Not here yet', 'start', '-10 minutes', 'check_in');
            INSERT INTO shift_reminders.rule_texts VALUES ('late', 'en', 'Your shift started at {start}', 'Check in');
            """);
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), -Minutes(10));
        await TickAsync();

        Assert.Contains(await ClaimAsync(), claim => claim.ScheduleId == shift && claim.NotifyType == "late");
    }
}
