using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Tests.Reminders;

/// <summary>The list on a real database, as the app's own role.</summary>
public sealed class ReminderQueriesTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private ReminderQueries Queries => new(database.AppDataSource, TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        await database.OwnerDataSource.ExecuteAsync("TRUNCATE public.scheduled_notifications, shift_reminders.attempts");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Pages_hold_every_reminder_once_also_where_many_are_due_at_the_same_moment()
    {
        var person = await database.Given.PersonAsync();
        await StoreManyAsync(person, 25, distinctMoments: 3);

        foreach (var oldestFirst in new[] { false, true })
        {
            var filter = new ReminderFilter { OldestFirst = oldestFirst };
            var seen = await ReadAllAsync(filter, size: 4);

            Assert.Equal(25, seen.Distinct().Count());
            Assert.Equal(25, seen.Count);
            var byDue = await database.OwnerDataSource.ColumnAsync<long>(
                $"SELECT id FROM public.scheduled_notifications ORDER BY scheduled_for {(oldestFirst ? "" : "DESC")}, id {(oldestFirst ? "" : "DESC")}");
            Assert.Equal(byDue, seen);
        }
    }

    [Fact]
    public async Task Tabs_hold_their_states_and_count_what_they_hold()
    {
        var person = await database.Given.PersonAsync();
        var pending = await database.StoreAsync(person, Hour, "pending", reason: null);
        var failed = await database.StoreAsync(person, -Hour, "failed", "no_device");
        var sent = await database.StoreAsync(person, -Hour);
        var expired = await database.StoreAsync(person, -Hour, "expired", "too_late");

        Assert.Equal([pending], await ReadAllAsync(new ReminderFilter { Tab = ReminderTab.Pending }));
        Assert.Equal([failed], await ReadAllAsync(new ReminderFilter { Tab = ReminderTab.Failed }));
        Assert.Equal([sent], await ReadAllAsync(new ReminderFilter { Tab = ReminderTab.Sent }));
        Assert.Equal([expired], await ReadAllAsync(new ReminderFilter { State = "expired" }));
        Assert.Equal(new ReminderCounts(1, 1, 1, 4), await CountAsync(new ReminderFilter()));
    }

    [Theory]
    [InlineData("nguyen thi")]
    [InlineData("NGUYỄN THỊ")]
    [InlineData("cle refusee")]
    public async Task Text_finds_names_and_errors_whatever_their_case_and_accents(string text)
    {
        var wanted = await database.StoreAsync(await database.Given.PersonAsync("Nguyễn Thị"), -Hour, "failed", "rejected", "Clé refusée");
        await database.StoreAsync(await database.Given.PersonAsync("Ngô Thi"), -Hour, "failed", "rejected", "Refusée");

        Assert.Equal([wanted], await ReadAllAsync(new ReminderFilter { Text = text }));
    }

    [Fact]
    public async Task Each_filter_alone_and_all_together_find_the_one_reminder()
    {
        var anna = await database.Given.PersonAsync("Anna Novak");
        var other = await database.Given.PersonAsync("Ben Fischer");
        var shift = await database.Given.ShiftAsync(anna, -2 * Hour);
        var wanted = await database.StoreAsync(anna, -2 * Hour, "failed", "unregistered", "UNREGISTERED: not found", "end", shift);
        await database.StoreAsync(other, -Hour);
        ReminderFilter[] filters =
        [
            new() { Kind = "end" }, new() { Person = anna }, new() { Shift = shift }, new() { Reason = "unregistered" },
            new() { Text = "novak" }, new() { Text = "unregistered: NOT" }, new() { Text = $"{shift}" }, new() { Text = $"{anna}" },
            new() { Text = $"shift-{shift}-{anna}-end" },
        ];

        foreach (var filter in filters) Assert.Equal([wanted], await ReadAllAsync(filter));
        Assert.Equal([wanted], await ReadAllAsync(new ReminderFilter
        {
            Tab = ReminderTab.Failed,
            Kind = "end",
            Person = anna,
            Shift = shift,
            Reason = "unregistered",
            Text = "not found",
            Due = DueRange.Day,
        }));
        Assert.Empty(await ReadAllAsync(new ReminderFilter { Person = anna, Kind = "start_15" }));
    }

    [Fact]
    public async Task Reminder_that_a_text_means_twice_comes_once()
    {
        var person = await database.Given.PersonAsync("Unavailable Smith");
        var id = await database.StoreAsync(person, -Hour, "failed", "out_of_time", "UNAVAILABLE: try later");

        Assert.Equal([id], await ReadAllAsync(new ReminderFilter { Text = "unavailable" }));
        Assert.Equal(1, (await CountAsync(new ReminderFilter { Text = "unavailable" }))!.All);
    }

    [Theory]
    [InlineData("100%")]
    [InlineData("a_b")]
    [InlineData("back\\slash")]
    [InlineData("'; DROP TABLE public.scheduled_notifications; --")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("محمد عبد الله")]
    [InlineData("Zoë 🌙 👩🏽‍⚕️")]
    public async Task Text_means_itself_whatever_it_holds(string name)
    {
        var person = await database.Given.PersonAsync(name);
        await database.StoreAsync(await database.Given.PersonAsync("axb 100 back slash"), -Hour);
        var id = await database.StoreAsync(person, -Hour);

        var row = Assert.Single((await ReadPageAsync(new ReminderFilter { Text = name })).Rows);

        Assert.Equal((id, name), (row.Id, row.Name));
    }

    [Fact]
    public async Task Short_text_is_looked_for_only_as_a_number()
    {
        await database.StoreAsync(await database.Given.PersonAsync("Al"), -Hour);

        var scope = await Queries.ResolveAsync(new ReminderFilter { Text = "al" }, TimeZoneInfo.Utc, Cancellation);

        Assert.True(scope.Text!.TooShort);
        Assert.Empty(await ReadAllAsync(new ReminderFilter { Text = "al" }));
    }

    [Fact]
    public async Task Row_tells_person_shift_reason_lateness_and_each_phone()
    {
        var person = await database.Given.PersonAsync("Anna Novak");
        var shift = await database.Given.ShiftAsync(person, -Hour, label: "Ward 3", timeZone: "Europe/Berlin");
        var id = await database.StoreAsync(person, -Hour, "sent", "partial", shift: shift);
        await database.AttemptAsync(id, "gone");

        var row = Assert.Single((await ReadPageAsync(new ReminderFilter())).Rows);

        Assert.Equal(("Anna Novak", "Ward 3", "Europe/Berlin", shift), (row.Name, row.Label, row.TimeZone, row.Shift));
        Assert.Equal("Accepted for at least one device; the others did not get it.", row.Sentence);
        Assert.Equal(TimeSpan.FromMilliseconds(200), row.LatenessAt(DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public async Task Resent_reminder_is_late_since_it_was_first_due()
    {
        var id = await database.StoreAsync(await database.Given.ReachablePersonAsync(), -Hour, "failed", "out_of_time");
        await database.OwnerDataSource.ExecuteAsync(
            "UPDATE public.scheduled_notifications q SET anchor_at = s.start_at FROM public.duty_schedules s WHERE s.id = q.schedule_id AND q.id = $1", id);
        var due = Assert.Single((await ReadPageAsync(new ReminderFilter())).Rows);
        Assert.Equal((null, null), (due.ResentBy, due.FirstDue));
        await database.OwnerDataSource.ExecuteAsync(
            "SELECT shift_reminders.resend_reminders(ARRAY[$1], 'all', 'anna@example.test', 'the channel was down', although_begun => true)", id);
        await database.OwnerDataSource.ExecuteAsync(
            "UPDATE public.scheduled_notifications SET processed = true, processed_at = scheduled_for, state = 'sent', reason = 'accepted', accepted_at = scheduled_for + interval '1 second'");

        var row = Assert.Single((await ReadPageAsync(new ReminderFilter())).Rows);

        Assert.Equal(("anna@example.test", due.Due), (row.ResentBy, row.FirstDue));
        Assert.True(row.LatenessAt(DateTimeOffset.UnixEpoch) > Hour);
    }

    [Fact]
    public async Task Shift_that_is_deleted_or_absurd_leaves_the_row_readable()
    {
        var person = await database.Given.PersonAsync("Anna Novak");
        var gone = await database.Given.ShiftAsync(person, -Hour);
        var absurd = await database.Given.ShiftAsync(person, -Hour);
        await database.StoreAsync(person, -Hour, shift: gone);
        await database.StoreAsync(person, -Hour, shift: absurd);
        await database.OwnerDataSource.ExecuteAsync("DELETE FROM public.duty_schedules WHERE id = $1", gone);
        await database.OwnerDataSource.ExecuteAsync("UPDATE public.duty_schedules SET start_at = '-infinity', end_at = '200000-01-01' WHERE id = $1", absurd);

        var rows = (await ReadPageAsync(new ReminderFilter())).Rows;

        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal(("Anna Novak", null, null), (row.Name, row.ShiftStart, row.ShiftEnd)));
    }

    [Fact]
    public async Task Count_stops_at_its_cap()
    {
        var person = await database.Given.PersonAsync();
        await StoreManyAsync(person, ReminderCounts.Cap + 50, distinctMoments: 100);

        var counts = await CountAsync(new ReminderFilter());

        Assert.Equal((ReminderCounts.Cap + 1, ReminderCounts.Cap + 1), (counts!.All, counts.Sent));
        Assert.Equal("10,000+", ReminderCounts.Text(counts.All));
    }

    [Fact]
    public async Task Export_streams_all_pages_in_order()
    {
        await StoreManyAsync(await database.Given.PersonAsync(), 2_345, distinctMoments: 7);
        var scope = await Queries.ResolveAsync(new ReminderFilter { Due = DueRange.Any }, TimeZoneInfo.Utc, Cancellation);

        var rows = await Queries.StreamAsync(scope, Cancellation).ToListAsync(Cancellation);

        Assert.Equal(2_345, rows.DistinctBy(row => row.Id).Count());
        Assert.Equal(rows.OrderByDescending(row => row.Due).ThenByDescending(row => row.Id).Select(row => row.Id), rows.Select(row => row.Id));
    }

    [Fact]
    public async Task App_cannot_read_the_hosts_people_by_itself()
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            database.AppDataSource.ScalarAsync<string>("SELECT display_name FROM shift_reminders.people"));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    private Task<int> StoreManyAsync(Guid person, int count, int distinctMoments) => database.OwnerDataSource.ExecuteAsync(
        """
        INSERT INTO public.scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for, processed, processed_at, state, reason,
          anchor_at, expires_at, next_attempt_at, armed_at, accepted_at)
        SELECT 1000000 + i, $1, 'end', due, true, due, 'sent', 'accepted', due, due, due, due, due
        FROM generate_series(1, $2) AS i, LATERAL (SELECT date_trunc('hour', now()) - (i % $3) * interval '1 minute' AS due) AS moment
        """,
        person, count, distinctMoments);

    private async Task<ReminderSlice> ReadPageAsync(ReminderFilter filter) => await Queries.ReadPageAsync(
        await Queries.ResolveAsync(filter, TimeZoneInfo.Utc, Cancellation), after: null, 100, Cancellation);

    private async Task<ReminderCounts?> CountAsync(ReminderFilter filter) =>
        await Queries.CountAsync(await Queries.ResolveAsync(filter, TimeZoneInfo.Utc, Cancellation), Cancellation);

    private async Task<List<long>> ReadAllAsync(ReminderFilter filter, int size = 100)
    {
        var scope = await Queries.ResolveAsync(filter, TimeZoneInfo.Utc, Cancellation);
        var ids = new List<long>();
        ReminderCursor? after = null;
        while (true)
        {
            var page = await Queries.ReadPageAsync(scope, after, size, Cancellation);
            ids.AddRange(page.Rows.Select(row => row.Id));
            if (!page.More) return ids;
            after = page.Rows[^1].Cursor;
        }
    }
}
