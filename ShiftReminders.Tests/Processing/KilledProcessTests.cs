using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeFcm;

namespace ShiftReminders.Tests.Processing;

/// <summary>Processes are killed in the middle of their work, again and again.</summary>
public sealed class KilledProcessTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    private const int Kills = 20;
    private const int DuePerKill = 100;
    private const int Reminders = Kills * DuePerKill;
    private const int Side = 3;
    private const int Concurrency = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Random random = new(20261123);

    private readonly List<string> killed = [];

    [Fact]
    public async Task Twenty_kills_lose_no_reminder_and_duplicate_only_what_was_in_flight()
    {
        await using var fcm = await FakeFcmServer.StartAsync();
        fcm.Script.Otherwise = FakeReply.Accepted.After(TimeSpan.FromMilliseconds(40));
        await using var fleet = new ProcessFleet(database.AppConnectionString, fcm, lease: TimeSpan.FromSeconds(7), Concurrency);

        await KillAgainAndAgainAsync(fleet);
        await Eventually.TrueAsync(
            "all are sent", Patience, async () => await database.StatesAsync() == $"sent: accepted = {Reminders}");

        var copies = fcm.Received.GroupBy(push => push.Token).ToDictionary(token => token.Key, token => token.ToArray());
        var unanswered = await UnansweredClaimsAsync();
        var duplicates = copies.Values.Sum(pushes => pushes.Length - 1);
        output.WriteLine($"{killed.Count} kills, {unanswered.Values.Sum()} claims without an answer in time, {duplicates} reminders sent once more");
        Assert.Equal(Reminders, copies.Count);
        Assert.All(copies.Values, pushes => Assert.Single(pushes.Select(push => push.CollapseKey).Distinct()));
        Assert.All(copies, token => Assert.True(
            token.Value.Length - 1 <= unanswered.GetValueOrDefault(token.Key), $"{token.Key} was sent again though every claim of it was answered in time"));
    }

    /// <summary>Keeps a few processes running, gives them work, and kills one in the middle of it.</summary>
    private async Task KillAgainAndAgainAsync(ProcessFleet fleet)
    {
        var starting = Enumerable.Range(0, Side).ToDictionary(number => $"process-{number}", number => fleet.StartAsync($"process-{number}"));
        for (var kill = 0; kill < Kills; kill++)
        {
            await database.DueAsync(DuePerKill);
            var victim = await SomebodyAtWorkAsync(starting.Keys);
            await Slowness.OfAsync(
                "the killer", TimeSpan.FromMilliseconds(random.Next(250)), TestContext.Current.CancellationToken);
            await (await starting[victim]).KillAsync();
            killed.Add(victim);
            starting.Remove(victim);
            var next = $"process-{Side + kill}";
            starting[next] = fleet.StartAsync(next);
        }
        await Task.WhenAll(starting.Values);
    }

    private async Task<string> SomebodyAtWorkAsync(ICollection<string> names)
    {
        string? somebody = null;
        await Eventually.TrueAsync("a process holds reminders", Patience, async () =>
        {
            somebody = await database.OwnerDataSource.ScalarAsync<string>(
                "SELECT min(claimed_by) FROM public.scheduled_notifications WHERE state = 'sending' AND claimed_by = ANY ($1)",
                (object)names.ToArray());
            return somebody is not null;
        });
        return somebody!;
    }

    /// <summary>
    /// Per device, how many claims ended unrecorded because their process was killed. A machine that is busier than a
    /// lease is long also makes late ones and unknown ones.
    /// </summary>
    private async Task<Dictionary<string, int>> UnansweredClaimsAsync() => (await database.OwnerDataSource.ColumnAsync<string>(
        """
        SELECT t.token FROM shift_reminders.attempts a
        JOIN public.scheduled_notifications q ON q.id = a.reminder_id JOIN public.fcm_tokens t USING (user_id)
        WHERE a.outcome = 'lost' AND a.claimed_by = ANY ($1) OR a.late OR a.outcome = 'unknown'
        """,
        (object)killed.ToArray())).CountBy(token => token).ToDictionary();
}
