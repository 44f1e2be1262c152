using System.Text;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>How every search compares texts.</summary>
public sealed class FoldTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData("Großkreutz", "grosskreutz")]
    [InlineData("GROẞKREUTZ", "grosskreutz")]
    [InlineData("Nguyễn Thị Ánh", "nguyen thi anh")]
    [InlineData("Łukasz Żółć", "lukasz zolc")]
    [InlineData("İnci Çağrı", "inci cagri")]
    [InlineData("Ærø, Œuvre, Đặng, Þór", "aero, oeuvre, dang, þor")]
    [InlineData("أحمد مُحَمَّد", "احمد محمد")]
    [InlineData("Алёна", "алена")]
    [InlineData("100% \\ _", "100% \\ _")]
    [InlineData("", "")]
    public async Task Text_loses_its_case_and_its_accents_however_it_is_composed(string text, string folded)
    {
        foreach (var form in new[] { NormalizationForm.FormC, NormalizationForm.FormD })
            Assert.Equal(folded, await FoldAsync(text.Normalize(form)));
        Assert.Equal(folded, await FoldAsync(folded));
    }

    [Fact]
    public async Task Nothing_stays_nothing() => Assert.Null(await FoldAsync(null));

    private Task<string?> FoldAsync(string? text) =>
        database.AppDataSource.ScalarAsync<string>("SELECT shift_reminders.fold($1::text)", text);
}
