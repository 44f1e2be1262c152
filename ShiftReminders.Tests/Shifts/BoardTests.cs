using ShiftReminders.Web.Components.Shifts;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Tests.Shifts;

public sealed class BoardTests
{
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-11-24", "2026-11-24")]
    [InlineData("0001-01-01", "2026-11-23")]
    [InlineData("9999-12-31", "2026-11-23")]
    [InlineData("yesterday", "2026-11-23")]
    [InlineData("2026-02-30", "2026-11-23")]
    public void Absurd_day_in_the_address_is_today(string day, string shown) =>
        Assert.Equal(shown, Parse(day: day).Day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Whatever_else_is_absurd_in_the_address_is_left_out()
    {
        var view = BoardView.Parse(null, new string('x', 10_000), "3", "-1", "' OR 1=1", new string('k', 500), Today);

        Assert.Equal(new BoardView { Day = Today }, view);
    }

    [Fact]
    public void Day_of_25_hours_is_shown_whole()
    {
        var (from, to) = Parse(day: "2026-10-25").Range(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

        Assert.Equal(TimeSpan.FromHours(25), to - from);
    }

    [Theory]
    [InlineData("ann", true)]
    [InlineData("WARD", true)]
    [InlineData("#7", true)]
    [InlineData("7", true)]
    [InlineData("70", false)]
    public void Search_finds_by_name_label_and_number(string words, bool found) =>
        Assert.Equal(found, (Parse() with { Words = words }).Shows(Shift("expected"), Containing(words), Now));

    [Fact]
    public void Ledger_accounts_for_every_expected_reminder_once()
    {
        string[] standings = ["missing", "sent", "sent", "failed", "expired", "pending", "checked_in", "bad_times", "purged", "opted_out", "not_watched"];

        var ledger = Ledger.Of(standings.Select(Shift), Now.AddDays(1));

        Assert.Equal(standings.Length, ledger.All);
        Assert.Equal((1, 2, 1, 1, 1, 2, 1), (ledger[LedgerGroup.Unaccounted], ledger[LedgerGroup.Sent], ledger[LedgerGroup.Failed],
            ledger[LedgerGroup.TooLate], ledger[LedgerGroup.ToCome], ledger[LedgerGroup.NotNeeded], ledger[LedgerGroup.NotWatched]));
    }

    [Fact]
    public void Reminder_that_the_next_tick_can_still_queue_is_not_unaccounted_for()
    {
        Assert.Equal(LedgerGroup.ToCome, Ledger.GroupOf(Shift("missing").Reminders[0], Now));
        Assert.Equal(LedgerGroup.Unaccounted, Ledger.GroupOf(Shift("missing").Reminders[0], Now.AddDays(1)));
    }

    [Fact]
    public void Filter_counts_a_reminder_as_the_ledger_does()
    {
        var row = Shift("missing").Reminders[0];

        foreach (var group in Enum.GetValues<LedgerGroup>())
            foreach (var now in new[] { Now, Now.AddDays(1) })
                Assert.Equal(Ledger.GroupOf(row, now) == group, (Parse() with { Group = group }).Counts(row, now));
    }

    [Fact]
    public void Person_without_a_phone_cannot_be_reached_while_a_reminder_is_still_to_come()
    {
        Assert.True(Shift("expected").CannotBeReached(Now));
        Assert.False(Shift("expected").CannotBeReached(Now.AddDays(1)));
        Assert.False(Shift("checked_in").CannotBeReached(Now));
    }

    [Fact]
    public void Explained_shift_that_is_not_listed_is_said_to_be_filtered_out_or_not_of_the_day()
    {
        var shift = Shift("sent");
        var asked = Parse() with { Shift = shift.Shift.ScheduleId, Person = shift.Shift.UserId };

        Assert.Null(asked.WhyUnlisted([shift], Containing(""), Now));
        Assert.Equal("The filter leaves this shift out of the list.", (asked with { Group = LedgerGroup.Failed }).WhyUnlisted([shift], Containing(""), Now));
        Assert.Equal("This shift and person are not on this day's board.", asked.WhyUnlisted([Shift("sent")], Containing(""), Now));
    }

    // What the database answers; that it folds accents is tested there.
    private static HashSet<string> Containing(string words) =>
        [.. new[] { "Ann Example", "Ward 3" }.Where(text => text.Contains(words, StringComparison.OrdinalIgnoreCase))];

    private static BoardView Parse(string? day = null) => BoardView.Parse(day, null, null, null, null, null, Today);

    private static BoardShift Shift(string standing) => BoardShift.Group(
    [
        new BoardRow
        {
            ScheduleId = 7,
            UserId = Guid.NewGuid(),
            DisplayName = "Ann Example",
            Label = "Ward 3",
            IsActive = true,
            NotifyType = "start_15",
            DueAt = Now.AddMinutes(45),
            ExpiresAt = Now.AddMinutes(60),
            Standing = standing,
            Devices = 0,
        },
    ])[0];
}
