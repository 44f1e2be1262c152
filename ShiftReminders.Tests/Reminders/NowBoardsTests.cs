using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders.Board;

namespace ShiftReminders.Tests.Reminders;

/// <summary>The board of the page Now, read from a real database as the app's own role.</summary>
public sealed class NowBoardsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Board_counts_what_is_due_who_cannot_be_reached_and_what_failed_why()
    {
        var reachable = await database.Given.ReachablePersonAsync();
        var deviceless = await database.Given.PersonAsync();
        var optedOut = await database.Given.PersonAsync(remindersOff: true);
        foreach (var person in new[] { reachable, deviceless, optedOut }) await database.Given.ShiftAsync(person, 45 * Minute);
        await database.Given.CheckInAsync(await database.Given.ShiftAsync(reachable, 50 * Minute));
        await database.Given.ShiftAsync(reachable, 3 * 60 * Minute);
        await database.StoreAsync(reachable, -30 * Minute);
        await database.StoreAsync(deviceless, -30 * Minute, "failed", "no_device");
        await database.StoreAsync(deviceless, -40 * Minute, "failed", "no_device");
        await database.StoreAsync(deviceless, -48 * 60 * Minute, "failed", "no_device");
        using var boards = new NowBoards(database.AppDataSource, TimeProvider.System);

        var board = await boards.GetAsync(Cancellation);

        Assert.Equal((2, 2, 1), (board.NextHour.Reminders, board.NextHour.People, board.NextHour.Unreachable));
        var slot = Assert.Single(board.NextHour.Slots);
        Assert.Equal(("15 minutes before the start", 2, 1), (slot.Title, slot.Reminders, slot.Unreachable));
        Assert.Equal((1, 2), (board.History!.Count("sent"), board.History.Count("failed")));
        Assert.Equal(("no_device", 2, 1), board.History.Causes.Select(cause => (cause.Reason, cause.Reminders, cause.People)).Single());
        Assert.Equal((1.0, 0.2), (board.History.Lateness.Share, board.History.Lateness.P50));
        Assert.Equal(24, board.History.Hours.Count);
        Assert.Equal(3, board.History.Hours.Sum(hour => hour.Sent + hour.Failed));
    }

    [Fact]
    public async Task Two_hundred_pages_cost_one_reading()
    {
        await database.OwnerDataSource.ExecuteAsync("CREATE SEQUENCE shift_reminders.board_readings");
        await database.OwnerDataSource.ExecuteAsync("ALTER FUNCTION shift_reminders.now_board(boolean) RENAME TO now_board_counted");
        await database.OwnerDataSource.ExecuteAsync(
            """
            CREATE FUNCTION shift_reminders.now_board(with_history boolean) RETURNS jsonb LANGUAGE sql SECURITY DEFINER AS $$
              SELECT nextval('shift_reminders.board_readings'); SELECT shift_reminders.now_board_counted(with_history) $$
            """);
        await database.OwnerDataSource.ExecuteAsync("GRANT EXECUTE ON FUNCTION shift_reminders.now_board(boolean) TO shift_reminders_app");
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var boards = new NowBoards(database.AppDataSource, time);

        for (var announced = 1; announced <= 3; announced++)
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => boards.GetAsync(Cancellation).AsTask()));
            Assert.Equal(announced, await database.OwnerDataSource.ScalarAsync<long>("SELECT last_value FROM shift_reminders.board_readings"));
            time.Advance(TimeSpan.FromSeconds(1));
        }
        await database.OwnerDataSource.ExecuteAsync("DROP FUNCTION shift_reminders.now_board(boolean)");
        await database.OwnerDataSource.ExecuteAsync("ALTER FUNCTION shift_reminders.now_board_counted(boolean) RENAME TO now_board");
    }
}
