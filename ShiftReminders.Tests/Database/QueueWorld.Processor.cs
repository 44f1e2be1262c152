using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Tests.Database;

// Processors: three of them, with batches of different sizes and leases that are short.
public sealed partial class QueueWorld
{
    private static readonly string[] Outcomes =
    [
        "accepted", "accepted", "accepted", "accepted", "transient", "unknown", "accepted", "gone", "transient", "accepted",
        "mismatch", "rejected", "accepted", "platform_credentials", "transient", "not_attempted", "accepted", "unknown", "gone",
        "accepted", "accepted", "transient", "project_credentials",
    ];

    private sealed class Held(ClaimedReminder claim)
    {
        public ClaimedReminder Claim { get; } = claim;

        public AttemptResult? Result { get; set; }
    }

    private async Task ClaimAsync(int worker, int size, int leased)
    {
        int[] sizes = [1, 2, 50];
        int[] seconds = [10, 60, 90, 600];
        var lease = TimeSpan.FromSeconds(seconds[leased % seconds.Length]);
        var claimed = await queue.ClaimAsync($"worker-{worker % 3}", Channel, sizes[size % sizes.Length], lease, Cancelled);
        foreach (var claim in claimed)
        {
            claims.Add(new Held(claim));
            await Owner.ExecuteAsync(
                "INSERT INTO model.claims VALUES ($1, $2, $3, $4)", claim.ClaimToken, claim.ReminderId, claim.Generation, claim.Attempt);
            await HoldsAsync(
                "a claim", "SELECT model.claim_violations($1, $2, $3)", claim.ReminderId, claim.ClaimToken, claim.DeviceIds);
        }
    }

    private async Task RecordAsync(int which, int how)
    {
        var open = claims.Where(held => held.Result is null).ToList();
        if (open.Count > 0) await RecordAsync([open[which % open.Count]], how);
    }

    // Also a lost claim's results and its successor's in one call, as a worker that was stalled hands them in.
    private Task RecordTogetherAsync(int how, bool acceptAll = false)
    {
        var open = claims.Where(held => held.Result is null).ToArray();
        return open.Length > 0 ? RecordAsync(open, acceptAll ? null : how) : Task.CompletedTask;
    }

    private async Task RecordAgainAsync(int which)
    {
        var recorded = claims.Where(held => held.Result is not null).ToList();
        if (recorded.Count > 0)
            await queue.RecordAsync("worker-0", Channel, [recorded[which % recorded.Count].Result!], Cancelled);
    }

    private async Task RecordAsync(Held[] together, int? how)
    {
        foreach (var (index, held) in together.Index())
        {
            held.Result = new AttemptResult(held.Claim, Results(held.Claim, how + 7 * index));
            await Owner.ExecuteAsync(
                "UPDATE model.claims SET recorded = true, accepted = $3 WHERE token = $1 AND reminder_id = $2",
                held.Claim.ClaimToken, held.Claim.ReminderId, held.Result.Devices.Any(device => device.Outcome == "accepted"));
        }
        await queue.RecordAsync("worker-0", Channel, [.. together.Select(held => held.Result!)], Cancelled);
    }

    // how null: every device accepts.
    private static DeviceResult[] Results(ClaimedReminder claim, int? how) =>
        [.. claim.DeviceIds.Select((device, index) => Result(device, claim.Platforms[index], how + 5 * index))];

    private static DeviceResult Result(string device, string? platform, int? how)
    {
        int?[] statuses = [503, 429, null];
        var outcome = how is { } number ? Outcomes[number % Outcomes.Length] : "accepted";
        return new DeviceResult
        {
            DeviceId = device,
            Platform = platform,
            Outcome = outcome,
            HttpStatus = outcome == "transient" ? statuses[how!.Value % 3] : null,
            RetryAfter = outcome == "transient" && how % 4 == 0 ? TimeSpan.FromSeconds(20) : null,
        };
    }

    private async Task ReleaseAsync(int which)
    {
        var open = claims.Where(held => held.Result is null).ToList();
        if (open.Count == 0) return;
        var claim = open[which % open.Count].Claim;
        if (await queue.ReleaseAsync([claim], Cancelled) == 1)
            await Owner.ExecuteAsync(
                "UPDATE model.claims SET released = true WHERE token = $1 AND reminder_id = $2", claim.ClaimToken, claim.ReminderId);
    }

    // Whatever came before: with ticks, a healthy channel and phones that accept, everything that is still useful arrives.
    private async Task ComeToRestAsync()
    {
        await App.ExecuteAsync("SELECT shift_reminders.channel_probed($1, true, NULL)", Channel);
        foreach (var platform in Platforms.Where(platform => platform is not null))
            await App.ExecuteAsync("SELECT shift_reminders.platform_probed($1, $2, true, NULL)", Channel, platform);
        await ResumeAsync();
        for (var round = 0; round < 4; round++)
        {
            await Owner.ExecuteAsync("UPDATE model.clock SET at = at + interval '61 seconds'");
            await TickAsync();
            await ClaimAsync(0, 2, 1);
            await RecordTogetherAsync(0, acceptAll: true);
            await HoldsAsync("coming to rest", "SELECT model.violations('Tick')");
        }
        await HoldsAsync("coming to rest", "SELECT model.unrest()");
    }
}
