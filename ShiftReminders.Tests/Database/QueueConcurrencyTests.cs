using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>Everybody at once: what the sequences of <see cref="QueuePropertyTests"/> cannot show.</summary>
public sealed class QueueConcurrencyTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Rush = TimeSpan.FromSeconds(12);

    [Fact]
    public async Task Sessions_in_parallel_break_no_invariant_and_leave_nothing_in_between()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await database.OwnerDataSource.ExecuteAsync(QueueModel.Schema);
        await FillAsync();
        var traffic = new QueueTraffic(database, seed);

        await traffic.RunAsync(Rush);
        await ComeToRestAsync(traffic);

        await NoteAsync(traffic);
        Assert.NotEmpty(traffic.Claims);
        var broken = await database.OwnerDataSource.ColumnAsync<string>("SELECT model.violations('rush')");
        foreach (var promise in broken) TestContext.Current.TestOutputHelper?.WriteLine(promise);
        Assert.Empty(broken);
        Assert.Empty(await database.OwnerDataSource.ColumnAsync<string>("SELECT model.unrest()"));
        Assert.Empty(await database.OwnerDataSource.ColumnAsync<string>("SELECT model.unexplained()"));
    }

    private async Task FillAsync() => await database.OwnerDataSource.ExecuteAsync(
        """
        INSERT INTO public.profiles (id, full_name) SELECT gen_random_uuid(), 'Somebody' FROM generate_series(1, 60);
        INSERT INTO public.fcm_tokens (user_id, token, platform)
        SELECT p.id, 'token-' || p.id || n, 'android' FROM public.profiles p, generate_series(1, 2) n;
        INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at)
        SELECT p.id, now() + interval '15 minutes' + n * interval '5 seconds' - interval '20 seconds', now() + interval '8 hours'
        FROM public.profiles p, generate_series(1, 3) n;
        """);

    private async Task ComeToRestAsync(QueueTraffic traffic)
    {
        var random = new Random(0);
        traffic.IsCalm = true;
        for (var round = 0; round < 5; round++)
        {
            await database.AdvanceClockAsync(TimeSpan.FromSeconds(50));
            await database.AppDataSource.ExecuteAsync(
                "SELECT shift_reminders.channel_probed('Sandbox', true, NULL), shift_reminders.resume_reminders('somebody', 'over')");
            await database.AppDataSource.ExecuteAsync("SELECT public.enqueue_due_shift_notifications()");
            for (var batch = 0; batch < 20; batch++) await traffic.ProcessAsync(random);
        }
    }

    private async Task NoteAsync(QueueTraffic traffic)
    {
        foreach (var traced in traffic.Claims)
            await database.OwnerDataSource.ExecuteAsync(
                "INSERT INTO model.claims VALUES ($1, $2, $3, $4, $5, $6, $7)",
                traced.Claim.ClaimToken, traced.Claim.ReminderId, traced.Claim.Generation, traced.Claim.Attempt,
                traced.IsRecorded, traced.IsAccepted, traced.IsReleased);
    }
}
