using Bunit;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Audit;
using ShiftReminders.Web.Components.Export;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Tests.Components;

public sealed class AuditTests : PortalContext
{
    [Fact]
    public void Moment_that_changed_is_told_by_the_sites_clock_and_kept_exact_behind_it()
    {
        var entry = new AuditEntry
        {
            Actor = "anna@example.test",
            Act = "pause",
            Subject = "reminders",
            After = """{"until":"2026-11-23T08:30:00.872817+00:00","started_by":"anna@example.test"}""",
        };

        var changes = RenderInBerlin<AuditChanges>(p => p.Add(x => x.Entry, entry));

        Assert.Equal(["09:30:00", "anna@example.test"], changes.FindAll("ins").Select(now => now.TextContent));
        Assert.Equal("2026-11-23T08:30:00.872817+00:00", changes.Find("ins").GetAttribute("title"));
        Assert.Equal(["until", "started by"], changes.FindAll(".soft").Select(field => field.TextContent));
    }

    [Fact]
    public void Change_names_only_the_fields_that_differ() => Assert.Equal(
        [new AuditChange("roles", "Supervisor", "Admin, Tester"), new AuditChange("disabled", "yes", null)],
        AuditChange.Between("""{"roles":["Supervisor"],"email":"a@b","disabled":true}""", """{"email":"a@b","roles":["Admin","Tester"]}"""));

    [Theory]
    [InlineData("""{"a":1}""", null, "a", "1", null)]
    [InlineData(null, "\"on\"", "value", null, "on")]
    [InlineData("""{"deep":{"x":1}}""", """{"deep":{"x":2}}""", "deep", """{"x":1}""", """{"x":2}""")]
    public void Change_of_any_shape_is_told(string? before, string? after, string field, string? was, string? now) =>
        Assert.Equal([new AuditChange(field, was, now)], AuditChange.Between(before, after));

    [Theory]
    [InlineData("2026-11-23", true)]
    [InlineData("0001-01-01", false)]
    [InlineData("9999-12-31", false)]
    [InlineData("23.11.2026", false)]
    [InlineData("'; DROP TABLE audit; --", false)]
    public void Absurd_day_in_the_address_is_no_filter(string day, bool counts) =>
        Assert.Equal(counts, AuditFilter.Parse(null, null, null, day, null).From is not null);

    [Fact]
    public void Endless_text_in_the_address_is_cut_and_nul_is_dropped()
    {
        var filter = AuditFilter.Parse(new string('x', 10_000), "\0", " \t", null, null);

        Assert.Equal(200, filter.Actor!.Length);
        Assert.Equal((null, null), (filter.Act, filter.Subject));
    }

    [Fact]
    public void Filter_survives_its_own_address()
    {
        var filter = AuditFilter.Parse("anna", "change roles", "a & b = c", "2026-11-01", "2026-11-23");
        var query = filter.ToQuery().ToDictionary(pair => pair.Key, pair => (string?)pair.Value);

        Assert.Equal(filter, AuditFilter.Parse(query["actor"], query["act"], query["subject"], query["from"], query["to"]));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"so\"", "\"say \"\"so\"\"\"")]
    [InlineData("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    [InlineData("-1+1", "'-1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("@SUM(1)", "'@SUM(1)")]
    [InlineData("\t=1", "\t'=1")]
    [InlineData("\r=1", "\"\r'=1\"")]
    [InlineData("\n=1", "\"\n'=1\"")]
    [InlineData(" =1", " '=1")]
    [InlineData("'=1", "''=1")]
    [InlineData("\"=1", "\"\"\"'=1\"")]
    [InlineData("a;=1", "a;'=1")]
    [InlineData("a,=1", "\"a,'=1\"")]
    [InlineData("a,,+1;;-1", "\"a,,'+1;;'-1\"")]
    [InlineData("a; \"=1", "\"a; \"\"'=1\"")]
    [InlineData("a\t=1", "a\t'=1")]
    [InlineData("a|=1", "a|'=1")]
    [InlineData("a\n=1", "\"a\n'=1\"")]
    [InlineData("a\r\n@1", "\"a\r\n'@1\"")]
    [InlineData("\uFF1D1", "'\uFF1D1")]
    [InlineData("\uFF0B1", "'\uFF0B1")]
    [InlineData("\uFF0D1", "'\uFF0D1")]
    [InlineData("\uFF20SUM(1)", "'\uFF20SUM(1)")]
    [InlineData("a;\uFF1D1", "a;'\uFF1D1")]
    [InlineData("2026-11-28, Anna-Lena", "\"2026-11-28, Anna-Lena\"")]
    [InlineData("1+1=2 @noon", "1+1=2 @noon")]
    [InlineData("{\"late\":-1,\"by\":\"x\"}", "\"{\"\"late\"\":-1,\"\"by\"\":\"\"x\"\"}\"")]
    [InlineData(null, "")]
    public void Cell_of_a_csv_file_is_text_whatever_it_begins_with(string? value, string expected) =>
        Assert.Equal(expected, CsvFile.Cell(value));
}
