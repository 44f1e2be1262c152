using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>The documented variant of the host contract, by the documented way of putting it in.</summary>
public sealed class ParticipantsTests : IAsyncLifetime
{
    private readonly PlanDatabase host = new();

    private NpgsqlDataSource Owner => host.Owner;

    public async ValueTask InitializeAsync()
    {
        await host.InitializeAsync();
        await Owner.ExecuteAsync(
            """
            ALTER TABLE duty_schedules DROP COLUMN assigned_user_id;
            CREATE TABLE duty_participants (schedule_id bigint REFERENCES duty_schedules, user_id uuid, PRIMARY KEY (schedule_id, user_id));
            """);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Everybody_on_a_shift_is_reminded_but_who_has_checked_in()
    {
        var refused = Assert.IsType<MigrationOutcome.Refused>(await MigrateAsync());
        Assert.Contains("duty_schedules.assigned_user_id", refused.Sentence, StringComparison.Ordinal);
        await Sql.ExecuteFileAsync(host.ConnectionString, Repository.Database("variants", "participants.sql"));
        Assert.IsType<MigrationOutcome.Migrated>(await MigrateAsync());
        await Sql.ExecuteFileAsync(host.ConnectionString, Repository.Database("variants", "participants.sql"));
        var given = new Given(Owner);
        var people = new[] { await given.ReachablePersonAsync(), await given.ReachablePersonAsync(), await given.ReachablePersonAsync() };
        var shift = await CreateShiftAsync(people);
        await given.CheckInAsync(shift, people[2]);

        Assert.Equal(2, await TickAsync());
        await Owner.ExecuteAsync("DELETE FROM duty_participants WHERE user_id = $1", people[1]);

        Assert.Equal([people[0]], await Owner.ColumnAsync<Guid>(
            "SELECT user_id FROM shift_reminders.claim_reminders('one', 'Test', 10, interval '90 seconds')"));
        Assert.Equal("reassigned", await Owner.ScalarAsync<string>(
            "SELECT reason FROM scheduled_notifications WHERE user_id = $1", people[1]));
        Assert.Equal(0, await TickAsync());
        Assert.Equal("custom", await Owner.ScalarAsync<string>("SELECT shift_reminders.setting('host_contract')"));
    }

    [Fact]
    public async Task Views_over_it_are_those_of_the_version_that_migrated_last()
    {
        await Sql.ExecuteFileAsync(host.ConnectionString, Repository.Database("variants", "participants.sql"));
        await MigrateAsync();
        await Owner.ExecuteAsync(
            """
            DROP VIEW shift_reminders.shifts;
            CREATE VIEW shift_reminders.shifts AS SELECT * FROM shift_reminders.host_shifts();
            DELETE FROM shift_reminders.migrations WHERE name = 'functions and grants';
            """);

        Assert.IsType<MigrationOutcome.Migrated>(await MigrateAsync());

        Assert.Empty(await Owner.ColumnAsync<string>("SELECT stated_zone FROM shift_reminders.shifts"));
    }

    private async Task<long> CreateShiftAsync(Guid[] people)
    {
        var shift = await Owner.ScalarAsync<long>(
            "SELECT shift_reminders.host_create_shift($1, now() + interval '15 minutes', now() + interval '8 hours', 'test', 'UTC')", people[0]);
        foreach (var person in people[1..])
            await Owner.ExecuteAsync("INSERT INTO duty_participants VALUES ($1, $2)", shift, person);
        return shift;
    }

    private Task<int> TickAsync() => Owner.ScalarAsync<int>("SELECT enqueue_due_shift_notifications()");

    private async Task<MigrationOutcome> MigrateAsync()
    {
        await using var owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(host.ConnectionString) { Pooling = false });
        return await new Migrator(owner, DatabaseFiles.Embedded).RunAsync(TestContext.Current.CancellationToken);
    }
}
