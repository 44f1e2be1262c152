using System.Globalization;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>A shift's zone is decided once: what the phone says is what the portal says.</summary>
public sealed class TimeZoneTests(TestDatabase database) : QueueTest(database)
{
    private static readonly DateTime[] Moments =
    [
        new(2026, 1, 15, 12, 0, 0, DateTimeKind.Utc), new(2026, 2, 25, 12, 0, 0, DateTimeKind.Utc),
        new(2026, 6, 15, 12, 0, 0, DateTimeKind.Utc), new(2026, 10, 30, 12, 0, 0, DateTimeKind.Utc),
    ];

    [Fact]
    public async Task Every_zone_that_a_shift_may_name_tells_the_same_time_in_both_programs()
    {
        var known = await Owner.ColumnAsync<string>("SELECT name FROM shift_reminders.time_zones ORDER BY name");
        Assert.InRange(known.Count, 400, 800);

        foreach (var moment in Moments)
        {
            Assert.Equal(
                known.Select(name => name + " " + TimeZoneInfo.ConvertTimeFromUtc(moment, TimeZoneInfo.FindSystemTimeZoneById(name))
                    .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
                await Owner.ColumnAsync<string>(
                    "SELECT name || ' ' || to_char($1::timestamptz AT TIME ZONE name, 'YYYY-MM-DD HH24:MI:SS') FROM shift_reminders.time_zones ORDER BY name",
                    moment));
        }
    }

    [Theory]
    [InlineData("", "Asia/Kolkata")]
    [InlineData("   ", "Asia/Kolkata")]
    [InlineData("UTC+3", "Asia/Kolkata")]
    [InlineData("+05:30", "Asia/Kolkata")]
    [InlineData("IST", "Asia/Kolkata")]
    [InlineData("PST", "Asia/Kolkata")]
    [InlineData("India Standard Time", "Asia/Kolkata")]
    [InlineData("Europe/Berlinn", "Asia/Kolkata")]
    [InlineData("europe/berlin", "Europe/Berlin")]
    [InlineData(" US/Pacific ", "US/Pacific")]
    public async Task Zone_of_a_shift_is_IANAs_or_the_sites(string stated, string zone)
    {
        await Owner.ExecuteAsync("UPDATE shift_reminders.settings SET value = 'Asia/Kolkata' WHERE key = 'site_time_zone'");
        var (shift, person) = await DueReminderAsync();
        await Owner.ExecuteAsync("UPDATE public.duty_schedules SET time_zone = $2 WHERE id = $1", shift, stated);
        var isUnknown = zone == "Asia/Kolkata" && !string.IsNullOrWhiteSpace(stated);

        var finding = await App.ScalarAsync<string>("SELECT ok::text || ' ' || finding FROM shift_reminders.check_database() WHERE subject = 'time zones'");
        var sentence = await App.ScalarAsync<string>("SELECT sentence FROM shift_reminders.explain($1, $2, 'start_15')", shift, person);
        var claim = await ClaimOneAsync();
        await Owner.ExecuteAsync("UPDATE shift_reminders.settings SET value = 'UTC' WHERE key = 'site_time_zone'");

        Assert.Equal(zone, claim.TimeZone);
        Assert.Equal(isUnknown ? $"false 1 shifts name one that is not known, such as shift {shift} \"{stated}\"; Asia/Kolkata is used" : "true all are known", finding);
        Assert.Equal(isUnknown, sentence!.EndsWith($" The shift names the time zone \"{stated}\", which is not known: its times are told in Asia/Kolkata.", StringComparison.Ordinal));
    }
}
