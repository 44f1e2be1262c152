using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Tests.Components;

public sealed class CountWordsTests
{
    [Theory]
    [InlineData(0, "0 shifts")]
    [InlineData(1, "1 shift")]
    [InlineData(3_100, "3,100 shifts")]
    public void Number_is_written_with_its_noun(int count, string words) => Assert.Equal(words, CountWords.Of(count, "shift"));

    [Fact]
    public void Noun_that_takes_more_than_an_s_is_given() => Assert.Equal("2 people", CountWords.Of(2, "person", "people"));
}
