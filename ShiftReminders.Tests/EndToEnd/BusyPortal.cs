using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>A portal with something on every page: reminders in several states, an audit, accounts, people of many names.</summary>
public sealed class BusyPortal : PortalFixture
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan[] Starts = [TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(16), TimeSpan.FromHours(3), TimeSpan.FromHours(-8)];
    private static readonly string[] Names = ["Alex Example", "Zoë 🌙 Night-Shift", "ليلى حداد", "Person with a name that is rather longer than most names are"];

    protected override string[] Settings => ["Processor:Enabled=true"];

    /// <summary>A reminder that was delivered, for the page about one.</summary>
    public long SentReminder { get; private set; }

    /// <summary>What opens beside or behind the pages: details, explanations, a person's phone, a rule.</summary>
    public IReadOnlyList<string> DeepPages { get; private set; } = [];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var (name, startsIn) in from name in Names from startsIn in Starts select (name, startsIn))
            await Database.Given.ShiftAsync(await Database.Given.ReachablePersonAsync(name), startsIn, label: "Site North");
        await Database.Given.ShiftAsync(await Database.Given.PersonAsync("Nobody's Phone"), Starts[0]);
        await Database.OwnerDataSource.ExecuteAsync("SELECT public.enqueue_due_shift_notifications()");
        await Eventually.TrueAsync("reminders are sent, and one fails for want of a phone", Patience, async () =>
            await CountAsync("sent") > 0 && await CountAsync("failed") > 0);
        SentReminder = await Database.OwnerDataSource.ScalarAsync<long>("SELECT min(id) FROM public.scheduled_notifications WHERE state = 'sent'");
        var (shift, person) = (await OfSentAsync<long>("schedule_id"), await OfSentAsync<Guid>("user_id"));
        DeepPages =
        [
            $"/reminders/{SentReminder}", $"/reminders?id={SentReminder}", "/reminders?tab=failed", "/reminders?q=nobody+is+called+so", "/reminders/999999",
            $"/explain?shift={shift}", $"/explain?shift={shift}&person={person}&kind=start_15", $"/shifts?shift={shift}&person={person}&kind=start_15",
            $"/phone?person={person}", "/rules?rule=end", "/cron?status=failed",
        ];
        await Database.OwnerDataSource.ExecuteAsync(
            "SELECT shift_reminders.record_audit('anna@example.test', 'resend', 'reminder 1', 'the channel was down', '{\"state\": \"failed\"}', '{\"state\": \"pending\"}')");
    }

    private Task<T> OfSentAsync<T>(string column) where T : notnull => Database.OwnerDataSource.ScalarAsync<T>(
        $"SELECT {column} FROM public.scheduled_notifications WHERE id = $1", SentReminder)!;

    private Task<long> CountAsync(string state) => Database.OwnerDataSource.ScalarAsync<long>(
        "SELECT count(*) FROM public.scheduled_notifications WHERE state = $1", state);
}
