using ShiftReminders.Web.Components.Reminders;
using ShiftReminders.Web.Reminders.Acting;

namespace ShiftReminders.Tests.Components;

public sealed class ResendWordsTests
{
    private static readonly ResendPreview Sendable = new(1, "ok", "Goes to 1 device.", 1, 0);
    private static readonly ResendPreview Deviceless = new(2, "no_device", "The person has no registered device.", 0, 0);

    [Fact]
    public void One_reminder_is_spoken_of_as_one()
    {
        Assert.Equal(("It will be sent, to 1 phone.", ""), (ResendWords.Sum([Sendable]), ResendWords.Refused([Sendable])));
        Assert.Equal(("It cannot be sent.", Deviceless.Sentence), (ResendWords.Sum([Deviceless]), ResendWords.Refused([Deviceless])));
        Assert.StartsWith("The shift has begun", ResendWords.Begun(1, 1, wanted: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_are_counted_and_those_left_out_named_by_cause()
    {
        ResendPreview[] mixed = [Sendable, Sendable with { ReminderId = 3 }, Deviceless];

        Assert.Equal(("2 of 3 will be sent, to 2 phones.", "Left out: 1 no device."), (ResendWords.Sum(mixed), ResendWords.Refused(mixed)));
        Assert.Equal("None of the 2 can be sent.", ResendWords.Sum([Deviceless, Deviceless]));
        Assert.Equal("For 2 of them the shift has begun and the time for the reminder is over. They are left out unless you tick so above.", ResendWords.Begun(2, 3, wanted: false));
    }
}
