using ShiftReminders.Tests.Database;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Processing;

/// <summary>The database gets later releases while processors of this one are at work.</summary>
public sealed class UpgradeUnderLoadTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Releases = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Processors_go_on_and_every_reminder_is_sent_once()
    {
        await using var one = new ProcessorRig(database.AppDataSource);
        await using var other = new ProcessorRig(database.AppDataSource);
        using var over = new CancellationTokenSource();
        var work = Task.WhenAll(WorkAsync(one, over.Token), WorkAsync(other, over.Token), FillAsync(over.Token));

        for (var minor = 1; minor <= Releases; minor++) await UpgradeAsync(SyntheticRelease.Later(minor));
        await over.CancelAsync();
        await work;
        await Eventually.TrueAsync("nothing is left to send", Patience, async () =>
            (await one.RunOnceAsync()).Claimed == 0 && !(await database.StatesAsync()).Contains("pending", StringComparison.Ordinal));

        var sent = one.Sender.HandedOver.Concat(other.Sender.HandedOver).Select(push => push.Message.NotificationId).ToList();
        Assert.Equal($"sent: accepted = {sent.Distinct().Count()}", await database.StatesAsync());
        Assert.Equal(sent.Count, sent.Distinct().Count());
        Assert.True(sent.Count > Releases * 20, $"Only {sent.Count} reminders came due meanwhile.");
    }

    // Of two that wait for each other PostgreSQL ends either: then migrate is run again, as an orchestrator does.
    private async Task UpgradeAsync(DatabaseFiles release)
    {
        MigrationOutcome outcome;
        do outcome = await new Migrator(database.OwnerDataSource, release).RunAsync(TestContext.Current.CancellationToken);
        while (outcome is MigrationOutcome.Refused { Sentence: var sentence } && sentence.Contains("40P01", StringComparison.Ordinal));
        Assert.True(outcome is MigrationOutcome.Migrated, $"{outcome}");
    }

    private static async Task WorkAsync(ProcessorRig rig, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await rig.RunOnceAsync();
            }
            catch (Npgsql.PostgresException refusal)
            {
                // As the loop does: it says so, and claims again.
                TestContext.Current.TestOutputHelper?.WriteLine($"{refusal.SqlState} {refusal.MessageText}");
            }
        }
    }

    private async Task FillAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await database.DueAsync(20);
            }
            catch (Npgsql.PostgresException refusal)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"tick: {refusal.SqlState} {refusal.MessageText}");
            }
        }
    }
}
