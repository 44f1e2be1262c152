using System.Text.RegularExpressions;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>Nothing grows for ever unless somebody has said why it may.</summary>
public sealed partial class RetentionTests(TestDatabase database) : QueueTest(database)
{
    private const string PerAccount = "so many per account, and gone with it";
    private const string PerRule = "so many per rule";
    private const string ByPeople = "written by people, and few; who did what stays on record";
    private const string ByTesters = "removed with its batch by whoever made it, on staging only";

    // A table that no purge deletes from stands here, with the reason why it may stay as it is.
    private static readonly Dictionary<string, string> Kept = new()
    {
        ["account_claims"] = PerAccount,
        ["account_logins"] = PerAccount,
        ["account_passkeys"] = PerAccount,
        ["account_roles"] = PerAccount,
        ["account_tokens"] = PerAccount,
        ["accounts"] = ByPeople,
        ["archived_notifications"] = "what an upgrade put aside, once",
        ["audit"] = ByPeople,
        ["channel_platforms"] = "one row per platform of a channel",
        ["channels"] = "one row per channel",
        ["data_protection_keys"] = "a key each 90 days; old ones still open what they closed",
        ["migrations"] = "one row per file",
        ["page_notices"] = "one row",
        ["pauses"] = ByPeople,
        ["reasons"] = "a fixed list",
        ["role_claims"] = "a fixed list",
        ["roles"] = "a fixed list",
        ["rule_texts"] = PerRule,
        ["rules"] = ByPeople,
        ["sandbox_behaviours"] = "so many per simulated phone",
        ["saved_views"] = PerAccount,
        ["settings"] = "a fixed list",
        ["test_attendance"] = ByTesters,
        ["test_batches"] = ByTesters,
        ["test_shifts"] = ByTesters,
        ["time_zones"] = "a fixed list",
    };

    [Fact]
    public async Task Every_table_is_purged_or_says_here_why_it_may_stay()
    {
        var tables = await Owner.ColumnAsync<string>(
            """
            SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND (c.relnamespace = 'shift_reminders'::regnamespace
              OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
            """);
        var purged = Deleted().Matches(await PurgesAsync()).Select(match => match.Groups[1].Value).Distinct();

        Assert.Equal(tables.Order(StringComparer.Ordinal), purged.Concat(Kept.Keys).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_purge_is_called_by_the_one_that_runs()
    {
        var purges = await Owner.ColumnAsync<string>("SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'shift_reminders'::regnamespace AND p.proname ^@ 'purge_'");
        var main = await App.ScalarAsync<string>("SELECT prosrc FROM pg_proc WHERE oid = 'shift_reminders.purge'::regproc");

        Assert.Equal(3, purges.Count);
        Assert.All(purges, purge => Assert.Contains($"shift_reminders.{purge}(", main, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dead_devices (device_id, channel, reason, died_at) SELECT", ", 'FCM', 'UNREGISTERED',", 270)]
    [InlineData("sandbox_pushes (device_id, tag, notification_id, generation, user_id, title, body, data, first_received_at, received_at) SELECT",
        ", 'tag', 'shift-1', 1, gen_random_uuid(), 'title', 'body', '{}', shift_reminders.clock(),", 14)]
    public async Task What_is_older_than_its_retention_goes_and_all_else_stays(string table, string values, int days)
    {
        await Owner.ExecuteAsync(
            $"INSERT INTO shift_reminders.{table} 'device ' || age {values} shift_reminders.clock() - make_interval(days => age) FROM unnest(ARRAY[{days - 1}, {days + 1}, {days + 2}]) AS age");

        Assert.Equal(1, await App.ScalarAsync<int>("SELECT shift_reminders.purge(1)"));
        Assert.Equal(1, await App.ScalarAsync<int>("SELECT shift_reminders.purge(1)"));
        Assert.Equal(0, await App.ScalarAsync<int>("SELECT shift_reminders.purge(1)"));

        Assert.Equal([$"device {days - 1}"], await Owner.ColumnAsync<string>($"SELECT device_id FROM shift_reminders.{table.Split(' ')[0]}"));
    }

    private async Task<string> PurgesAsync() => string.Join('\n', await Owner.ColumnAsync<string>(
        "SELECT p.prosrc FROM pg_proc p WHERE p.pronamespace = 'shift_reminders'::regnamespace AND p.proname LIKE 'purge%'"));

    [GeneratedRegex(@"DELETE FROM (?:public|shift_reminders)\.(\w+)")]
    private static partial Regex Deleted();
}
