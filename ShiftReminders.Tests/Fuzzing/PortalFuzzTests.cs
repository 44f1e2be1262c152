using System.Security.Claims;
using System.Text;
using CsCheck;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Export;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Cron;
using ShiftReminders.Web.Reminders;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Tests.Fuzzing;

/// <summary>Whatever people, hosts and sign-in providers write is read, or said to be unreadable; nothing of it throws.</summary>
public sealed class PortalFuzzTests
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly string[] FilterWords =
    [
        "?", "&", "=", "tab=", "all", "pending", "failed", "state=", "sending", "kind=", "start_15", "person=", "6f1d2b1e-8f5b-4a55-9d0c-0a2f6f6b7a01",
        "shift=", "42", "reason=", "no_device", "due=", "7d", "from=", "2026-11-23", "to=", "2026-02-30", "q=", "order=oldest", "%00", "%ff", "+", "%F0%9F",
    ];

    private static readonly Gen<TimeZoneInfo> Zones = Gen.OneOf(
        TimeZoneInfo.Utc, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), TimeZoneInfo.FindSystemTimeZoneById("America/New_York"),
        TimeZoneInfo.FindSystemTimeZoneById("Australia/Lord_Howe"), TimeZoneInfo.FindSystemTimeZoneById("Pacific/Kiritimati"));

    private static readonly Gen<DateTime> Moments = Gen.Long[new DateTime(1900, 1, 1).Ticks, new DateTime(9000, 1, 1).Ticks]
        .Select(ticks => new DateTime(ticks, DateTimeKind.Utc));

    [Fact]
    public void Template_is_read_and_filled_in_and_what_means_nothing_in_it_is_named() => Fuzz.All(
        Gen.Select(Fuzz.TextOf("{", "}", "{{", "}}", "{start}", "{end}", "{anchor}", "{date}", "{name}", "{label}", "{nonsense}", ", ", "at ", "."), Moments, Zones),
        written =>
        {
            var template = ReminderTemplate.Parse(written.Item1);
            var values = new ReminderValues { StartAt = written.Item2, EndAt = null, AnchorAt = written.Item2, Label = null, Name = "Ada" };
            return template.Fill(values, ShiftClock.For(null, "de", written.Item3)) is not null
                && (template.Unknown is null || written.Item1.Contains(template.Unknown, StringComparison.Ordinal));
        });

    [Fact]
    public void Text_whose_braces_are_doubled_is_shown_as_it_is() => Fuzz.All(
        Fuzz.Text,
        text =>
        {
            var written = text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
            var values = new ReminderValues { StartAt = null, EndAt = null, AnchorAt = DateTime.UnixEpoch };
            var template = ReminderTemplate.Parse(written);
            return template.Unknown is null && template.Fill(values, ShiftClock.For(null, null, TimeZoneInfo.Utc)) == text;
        });

    [Fact]
    public void Filter_of_an_address_is_read_and_what_is_read_is_written_and_read_the_same() => Fuzz.All(
        Fuzz.TextOf(FilterWords),
        query =>
        {
            var filter = ReminderFilterQuery.Parse(query);
            return ReminderFilterQuery.Parse(ReminderFilterQuery.Write(filter)) == filter && IsStorable(filter.Text) && IsStorable(filter.Kind) && IsStorable(filter.Reason);
        });

    [Fact]
    public void Bounds_of_any_day_that_is_read_can_be_told_in_any_zone() => Fuzz.All(
        Gen.Select(Fuzz.TextOf("from=", "to=", "1970-01-01", "2999-12-31", "2026-03-29", "2026-10-25", "&"), Zones),
        query =>
        {
            var (from, until) = ReminderFilterQuery.Parse(query.Item1).EffectiveDue.Bounds(DateTimeOffset.UnixEpoch.AddYears(50), query.Item2);
            return from is null || until is null || from < until;
        });

    [Fact]
    public void Filter_of_the_audit_holds_only_what_the_database_can_compare() => Fuzz.All(
        Gen.Select(Fuzz.Text, Gen.Int[0, 210], Fuzz.TextOf("2026-11-23", "1999-01-01", "9999-99-99")),
        typed =>
        {
            var text = new string('a', typed.Item2) + typed.Item1 + "😀";
            var filter = AuditFilter.Parse(text, text, text, typed.Item3, typed.Item3);
            return IsStorable(filter.Actor) && IsStorable(filter.Act) && IsStorable(filter.Subject);
        });

    [Fact]
    public void Duration_that_is_read_is_written_so_that_it_is_read_the_same() => Fuzz.All(
        Fuzz.TextOf("1", "15", "20", "999999999", ".", "5", ":", "30", " ", "min", "h", "hours", "s", "sec", "d", "days", "-", "\u2212", ",", "\u0663"),
        written => !DurationWords.TryRead(written, out var length)
            || DurationWords.TryRead(DurationWords.Write(length), out var again) && (again - length).Duration() < TimeSpan.FromMilliseconds(1));

    [Fact]
    public void Duration_of_whole_milliseconds_is_read_as_it_was_written() => Fuzz.All(
        Gen.Long[-86_000_000_000, 86_000_000_000].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds)),
        length => DurationWords.TryRead(DurationWords.Write(length), out var again) && again == length);

    [Fact]
    public void Cron_expression_is_refused_or_said_in_words_and_fires_later_than_now() => Fuzz.All(
        Gen.Select(
            Gen.Frequency(
                (3, Gen.OneOf("*", "*/5", "0", "1-5", "59", "23", "31", "12", "7", "$", "mon", "dec", "1,15", "2/3", "60", "*/0", "-1", "a-b").Array[4, 6].Select(fields => string.Join(' ', fields))),
                (2, Fuzz.TextOf("*", "/", "-", ",", " ", "1", "5", "30", "mon", "jan", "$", "seconds", "second", "\u0663"))),
            Moments, Zones),
        expression =>
        {
            if (CronSchedule.TryParse(expression.Item1) is not { } schedule) return true;
            var after = new DateTimeOffset(expression.Item2);
            return schedule.Words.Length > 0 && (schedule.Next(after, expression.Item3) is not { } next || next > after);
        });

    [Fact]
    public void Cells_of_a_CSV_row_are_read_as_they_were_and_none_is_a_formula() => Fuzz.All(
        Fuzz.Text.Array[1, 4],
        cells =>
        {
            var written = string.Join(',', cells.Select(CsvFile.Cell));
            var read = ReadRow(written);
            return read.Count == cells.Length
                // An apostrophe stands before what would be a formula, and nothing else is changed.
                && read.Zip(cells).All(pair => WithoutApostrophes(pair.First) == WithoutApostrophes(pair.Second))
                && read.All(cell => cell.Length == 0 || !"=+-@\uff1d\uff0b\uff0d\uff20".Contains(cell[0], StringComparison.Ordinal));
        });

    [Fact]
    public void Claims_of_a_sign_in_give_only_roles_that_exist_and_a_login_and_address_that_can_be_stored() => Fuzz.All(
        Gen.Select(Gen.OneOf("iss", "sub", "email", "email_verified", "roles"), Fuzz.TextOf("a@example.test", "true", "shift-admins", "staff", "@")).Array[0, 8],
        claims =>
        {
            var outside = new ClaimsPrincipal(new ClaimsIdentity(claims.Select(claim => new Claim(claim.Item1, claim.Item2))));
            var options = new OpenIdOptions { Roles = { ["shift-admins"] = Roles.Admin, ["staff"] = Roles.Supervisor } };
            var login = Login.Of(outside);
            return options.RolesFor(outside.FindAll("roles").Select(claim => claim.Value)).All(Roles.All.Contains)
                && IsStorable(login?.Issuer) && IsStorable(login?.Subject) && IsStorable(OpenIdAccounts.EmailOf(outside));
        });

    private static string WithoutApostrophes(string text) => text.Replace("'", "", StringComparison.Ordinal);

    /// <summary>PostgreSQL's text has no NUL, and half an emoji has no UTF-8.</summary>
    private static bool IsStorable(string? text)
    {
        if (text is null) return true;
        try
        {
            return Strict.GetByteCount(text) >= 0 && !text.Contains('\0', StringComparison.Ordinal);
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>RFC 4180, as strictly as it is written there.</summary>
    private static List<string> ReadRow(string row)
    {
        var cells = new List<string>();
        for (var at = 0; at <= row.Length; at++)
        {
            var cell = new StringBuilder();
            if (at < row.Length && row[at] == '"')
            {
                for (at++; row[at] != '"' || (at + 1 < row.Length && row[at + 1] == '"' && ++at > 0); at++) cell.Append(row[at]);
                at++;
            }
            else
            {
                for (; at < row.Length && row[at] != ','; at++) cell.Append(row[at]);
            }
            cells.Add(cell.ToString());
        }
        return cells;
    }
}
