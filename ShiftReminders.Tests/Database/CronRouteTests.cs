using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>Both routes where pg_cron is: whichever comes first, and however often, there is one job.</summary>
[Trait(Needs.Trait, Needs.Cron)]
public sealed class CronRouteTests : IAsyncLifetime
{
    private PostgresCluster cluster = null!;

    private string OwnerConnectionString => cluster.OwnerConnectionString(PostgresCluster.CronDatabase);

    public async ValueTask InitializeAsync() => cluster = await PostgresCluster.CreateAsync();

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Push_and_ten_migrates_leave_one_active_job_of_the_owners()
    {
        await using var owner = Npgsql.NpgsqlDataSource.Create(OwnerConnectionString);
        using var host = new HostProject(OwnerConnectionString);
        host.AddOurs();
        await host.PushAsync();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            new Migrator(owner, DatabaseFiles.Embedded).RunAsync(TestContext.Current.CancellationToken)));

        Assert.Equal(
            ["* * * * * owner true"],
            await owner.ColumnAsync<string>("""
                SELECT pg_catalog.format('%s %s %s', schedule, username, active::text)
                FROM cron.job WHERE jobname = 'shift_reminders_every_min'
                """));
    }
}
