using Npgsql;
using ShiftReminders.Tests.Database;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Reminders;

/// <summary>The functions behind the page Rules, called as the app.</summary>
public sealed class RuleChangeTests(TestDatabase database) : QueueTest(database)
{
    private const string Text = """{"en": {"title": "Soon: {start}", "body": "Hello {name}"}}""";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Owner.ExecuteAsync("""
            DELETE FROM shift_reminders.rules WHERE notify_type NOT IN ('start_15', 'end');
            UPDATE shift_reminders.rules SET lead = interval '15 min', grace = interval '15 min', enabled = true WHERE notify_type = 'start_15';
            DELETE FROM shift_reminders.audit
            """);
    }

    [Fact]
    public async Task Third_rule_reminds_without_a_release()
    {
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync("Ann"), Minutes(60));

        Assert.Equal("ok", await SaveAsync("start_60", null, Minutes(60)));
        await TickAsync();

        Assert.Equal("Soon: {start}", (await ClaimOneAsync()).TitleTemplate);
        Assert.Equal("sending", await StateAsync(shift, "start_60"));
    }

    [Fact]
    public async Task Lead_of_more_than_a_day_is_kept_in_hours()
    {
        Assert.Equal("ok", await SaveAsync("early", null, TimeSpan.FromHours(50)));

        Assert.Equal("50:00:00", await Owner.ScalarAsync<string>("SELECT lead::text FROM shift_reminders.rules WHERE notify_type = 'early'"));
    }

    [Fact]
    public async Task Second_of_two_admins_is_refused_and_changes_nothing()
    {
        var read = await ReadAtAsync("start_15");
        await Clock.AdvanceAsync(Seconds(1));
        Assert.Equal("ok", await SaveAsync("start_15", read, Minutes(20), actor: "first"));

        Assert.Equal("conflict", await SaveAsync("start_15", read, Minutes(30), actor: "second"));

        Assert.Equal(Minutes(20), await Owner.ScalarAsync<TimeSpan>("SELECT lead FROM shift_reminders.rules WHERE notify_type = 'start_15'"));
        Assert.Equal(["first"], await Owner.ColumnAsync<string>("SELECT actor FROM shift_reminders.audit"));
    }

    [Fact]
    public async Task New_rule_of_a_known_name_is_refused() => Assert.Equal("exists", await SaveAsync("start_15", null, Minutes(5)));

    [Fact]
    public async Task Rule_removed_meanwhile_is_not_made_anew()
    {
        await SaveAsync("start_60", null, Minutes(60));
        var read = await ReadAtAsync("start_60");
        await RemoveAsync("start_60", read);

        Assert.Equal("gone", await SaveAsync("start_60", read, Minutes(45)));
    }

    [Theory]
    [InlineData("""{"en": {"title": "At {begin}", "body": "x"}}""", "{begin}")]
    [InlineData("{}", "without a text")]
    [InlineData("""{"en": {"title": "", "body": "x"}}""", "cannot be so")]
    [InlineData("""{"EN!": {"title": "x", "body": "x"}}""", "cannot be so")]
    public async Task Text_that_could_not_be_sent_is_refused(string texts, string because)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => SaveAsync("start_60", null, Minutes(60), texts));

        Assert.Equal("SR002", refusal.SqlState);
        Assert.Contains(because, refusal.MessageText, StringComparison.Ordinal);
        Assert.Equal(0L, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.audit"));
    }

    [Fact]
    public async Task Anchor_of_a_rule_cannot_be_turned_round()
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(async () =>
            await SaveAsync("start_15", await ReadAtAsync("start_15"), Minutes(15), anchor: "end"));

        Assert.Contains("Make a new rule", refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_reminder_follows_its_rule_at_once_as_the_preview_said()
    {
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync("Ann"), Minutes(16));
        await TickAsync();
        Assert.Equal(Noon.AddMinutes(1), await TimeAsync(shift, "scheduled_for"));

        Assert.Equal(["moved 1 Ann"], await PreviewAsync("start_15", Minutes(10)));
        await SaveAsync("start_15", await ReadAtAsync("start_15"), Minutes(10));

        Assert.Equal(Noon.AddMinutes(6), await TimeAsync(shift, "scheduled_for"));
        Assert.Equal(Noon.AddMinutes(21), await TimeAsync(shift, "expires_at"));
    }

    [Theory]
    [InlineData(15, true, "unchanged")]
    [InlineData(16, true, "moved")]
    [InlineData(17, true, "due_now")]
    [InlineData(40, true, "expired")]
    [InlineData(15, false, "cancelled")]
    public async Task Preview_tells_what_becomes_of_a_waiting_reminder(int lead, bool enabled, string effect)
    {
        await Given.ShiftAsync(await Given.ReachablePersonAsync("Ann"), Minutes(16.4));
        await TickAsync();

        Assert.Equal([$"{effect} 1 Ann"], await PreviewAsync("start_15", Minutes(lead), enabled));
    }

    [Fact]
    public async Task Preview_names_the_shifts_that_a_change_newly_reaches()
    {
        await Given.ShiftAsync(await Given.ReachablePersonAsync("Ann"), Minutes(60.5));
        var attended = await Given.ShiftAsync(await Given.ReachablePersonAsync("Ben"), Minutes(60.5));
        await Given.CheckInAsync(attended);
        await Given.ShiftAsync(await Given.ReachablePersonAsync("Eve"), Minutes(60.5), status: "cancelled");

        Assert.Equal(["fresh 1 Ann"], await PreviewAsync("start_60", Minutes(60)));
        Assert.Empty(await PreviewAsync("start_15", Minutes(15)));
    }

    [Fact]
    public async Task Removed_rule_leaves_its_reminders_accounted_for()
    {
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(60.5));
        await SaveAsync("start_60", null, Minutes(60));
        await TickAsync();

        Assert.Equal("ok", await RemoveAsync("start_60", await ReadAtAsync("start_60")));

        Assert.Equal("cancelled: rule_disabled", await StateAsync(shift, "start_60"));
        await PassAsync(Minutes(1));
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task Change_is_audited_with_before_and_after()
    {
        await SaveAsync("start_15", await ReadAtAsync("start_15"), Minutes(20));

        Assert.Equal("admin change rule rule start_15 because 00:15:00 00:20:00 Soon: {start}", await Owner.ScalarAsync<string>("""
            SELECT concat_ws(' ', actor, act, subject, why, before->>'lead', after->>'lead', after->'texts'->'en'->>'title') FROM shift_reminders.audit
            """));
    }

    private async Task<DateTime?> ReadAtAsync(string kind) =>
        await Owner.ScalarAsync<DateTime>("SELECT updated_at FROM shift_reminders.rules WHERE notify_type = $1", kind);

    private Task<string?> SaveAsync(
        string kind, DateTime? readAt, TimeSpan lead, string texts = Text, string anchor = "start", string actor = "admin") => App.ScalarAsync<string>(
        "SELECT result FROM shift_reminders.save_rule($1, $2, 'A rule', $3, $4, interval '15 min', 'check_in', 8, true, $5::jsonb, $6, 'because')",
        kind, readAt, anchor, lead, texts, actor);

    private Task<string?> RemoveAsync(string kind, DateTime? readAt) => App.ScalarAsync<string>(
        "SELECT result FROM shift_reminders.remove_rule($1, $2, 'admin', 'because')", kind, readAt);

    private Task<List<string>> PreviewAsync(string kind, TimeSpan lead, bool enabled = true) => App.ColumnAsync<string>("""
        SELECT concat_ws(' ', effect, reminders, examples::jsonb->0->>'person')
        FROM shift_reminders.preview_rule($1, 'start', $2, interval '15 min', 'check_in', $3)
        """, kind, lead, enabled);
}
