using System.Globalization;
using Bunit;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Tests.Components;

public sealed class DurationTests : PortalContext
{
    [Theory]
    [InlineData("15 min 20 s", "00:15:20")]
    [InlineData("15min20s", "00:15:20")]
    [InlineData("8 h", "08:00:00")]
    [InlineData("1.5 hours", "01:30:00")]
    [InlineData("90 sec", "00:01:30")]
    [InlineData("2 days, 3 h", "2.03:00:00")]
    [InlineData("1:30:05", "01:30:05")]
    [InlineData("0:45", "00:45:00")]
    [InlineData("-5 min", "-00:05:00")]
    public void Duration_is_read_as_people_write_it(string text, string expected)
    {
        Assert.True(DurationWords.TryRead(text, out var length));
        Assert.Equal(TimeSpan.Parse(expected, CultureInfo.InvariantCulture), length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("15")]
    [InlineData("soon")]
    [InlineData("1:75")]
    [InlineData("999999999 days")]
    [InlineData("1 h 1 h 1 h 1 h 1 h 1 h 1 h 1 h 1 h 1 h 1 h 1 h 1 h 1 h 1 h 1 h")]
    [InlineData("'; DROP TABLE rules")]
    public void Anything_else_is_no_duration(string text) => Assert.False(DurationWords.TryRead(text, out _));

    [Fact]
    public void What_is_written_can_be_read_back() => Assert.All(
        [TimeSpan.Zero, TimeSpan.FromSeconds(20), new TimeSpan(1, 2, 3), TimeSpan.FromHours(50), TimeSpan.FromMilliseconds(1500), TimeSpan.FromMinutes(-5)],
        length =>
        {
            Assert.True(DurationWords.TryRead(DurationWords.Write(length), out var read));
            Assert.Equal(length, read);
        });

    [Fact]
    public void Field_keeps_what_it_cannot_read_and_says_how_to_write_it()
    {
        TimeSpan? taken = null;
        var wrong = false;
        var field = Render<DurationField>(p => p.Add(f => f.Id, "d").Add(f => f.Label, "Lasts").Add(f => f.Value, TimeSpan.FromHours(8))
            .Add(f => f.ValueChanged, value => taken = value).Add(f => f.WrongChanged, value => wrong = value));

        field.Find("input").Change("eight hours");

        Assert.Equal(("eight hours", "true"), (field.Find("input").GetAttribute("value"), field.Find("input").GetAttribute("aria-invalid")));
        Assert.True(wrong);
        Assert.Null(taken);
        Assert.Contains("15 min 20 s", field.Markup, StringComparison.Ordinal);

        field.Find("input").Change("90 min");

        Assert.Equal(TimeSpan.FromMinutes(90), taken);
        Assert.Equal("false", field.Find("input").GetAttribute("aria-invalid"));
    }
}
