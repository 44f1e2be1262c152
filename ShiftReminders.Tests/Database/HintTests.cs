using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>A notification is only a hint: it never makes a transaction fail.</summary>
public sealed class HintTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Every_notification_asks_first_whether_the_queue_of_notifications_has_room() => Assert.Equal(
        ["hint"], await Owner.ColumnAsync<string>(
            """
            SELECT proname::text FROM pg_proc
            WHERE pronamespace IN ('shift_reminders'::regnamespace, 'public'::regnamespace) AND prosrc ~* '(pg_notify|\mnotify\M)'
            """));

    [Fact]
    public async Task Hint_is_heard_while_there_is_room()
    {
        await using var listener = await Owner.OpenConnectionAsync(Cancelled);
        var heard = new List<string>();
        listener.Notification += (_, notification) => heard.Add(notification.Payload);
        await using (var listen = listener.CreateCommand())
        {
            listen.CommandText = "LISTEN shift_reminders_due";
            await listen.ExecuteNonQueryAsync(Cancelled);
        }

        await Owner.ExecuteAsync("SELECT shift_reminders.hint('shift_reminders_due', '7')");
        await listener.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);

        Assert.Equal(["7"], heard);
    }
}
