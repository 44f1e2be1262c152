using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Tests.Reminders;

/// <summary>A list whose reading takes too long, on a database that was made slow for it.</summary>
public sealed class SlowReminderQueriesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string FacesThatSleep =
        """
        CREATE OR REPLACE FUNCTION shift_reminders.reminder_faces(ids bigint[])
        RETURNS TABLE (reminder_id bigint, display_name text, start_at timestamptz, end_at timestamptz, label text, time_zone text, devices text[])
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
          -- More than one: the whole range. One: the newest day.
          IF cardinality(ids) > 1 THEN PERFORM pg_sleep(30); END IF;
        END $$
        """;

    [Fact]
    public async Task Search_that_takes_too_long_shows_what_the_newest_day_holds_and_says_so()
    {
        var person = await database.Given.PersonAsync();
        await database.StoreAsync(person, TimeSpan.FromDays(-3));
        var newest = await database.StoreAsync(person, TimeSpan.FromHours(-1));
        await database.OwnerDataSource.ExecuteAsync(FacesThatSleep);
        var hurried = new ReminderQueries(database.AppDataSource, TimeProvider.System) { TimeLimit = TimeSpan.FromMilliseconds(250) };
        var scope = await hurried.ResolveAsync(new ReminderFilter(), TimeZoneInfo.Utc, TestContext.Current.CancellationToken);

        var page = await hurried.ReadPageAsync(scope, after: null, 10, TestContext.Current.CancellationToken);

        Assert.True(page.CutShort);
        Assert.Equal([newest], page.Rows.Select(row => row.Id));
    }
}
