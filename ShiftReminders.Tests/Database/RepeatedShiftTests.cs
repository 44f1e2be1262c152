using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>Ids that no index can promise to be unique: looked at, and said by name.</summary>
public sealed class RepeatedShiftTests : IAsyncLifetime
{
    private const string Unpromised = "true no index can promise that none repeats; none does among the shifts of the last day and the next week";

    private const string Partitioned =
        """
        DROP TABLE duty_schedules;
        CREATE TABLE duty_schedules (id bigint, assigned_user_id uuid, start_at timestamptz, end_at timestamptz, PRIMARY KEY (id, start_at))
          PARTITION BY RANGE (start_at);
        CREATE TABLE duty_schedules_all PARTITION OF duty_schedules DEFAULT;
        """;

    private const string View =
        """
        ALTER TABLE duty_schedules RENAME TO shifts_of_all;
        ALTER TABLE shifts_of_all DROP CONSTRAINT duty_schedules_pkey;
        CREATE VIEW duty_schedules AS SELECT id, assigned_user_id, start_at, end_at FROM shifts_of_all;
        """;

    private readonly PlanDatabase host = new();

    private NpgsqlDataSource Owner => host.Owner;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData(Partitioned)]
    [InlineData(View)]
    public async Task Id_that_names_two_shifts_is_a_fault_where_no_index_can_promise_otherwise(string change)
    {
        await Owner.ExecuteAsync(change);
        Assert.IsType<MigrationOutcome.Migrated>(await MigrateAsync());
        await AddShiftAsync(hours: 1);
        Assert.Equal(Unpromised, await FindingAsync("shift ids"));

        await AddShiftAsync(hours: 25);

        Assert.StartsWith("false 1 of the shifts' ids name more than one shift each, such as 7", await FindingAsync("host tables"), StringComparison.Ordinal);
        Assert.Null(await FindingAsync("shift ids"));
        Assert.Equal("1 of the shifts' ids name", await Owner.ScalarAsync<string>("SELECT left(fault, 25) FROM shift_reminders.host_faults()"));
    }

    [Fact]
    public async Task Contract_of_ones_own_may_give_a_shift_to_several_people_but_to_none_of_them_twice()
    {
        await Owner.ExecuteAsync("CREATE TABLE duty_participants (schedule_id bigint, user_id uuid)");
        await Sql.ExecuteFileAsync(host.ConnectionString, Repository.Database("variants", "participants.sql"));
        Assert.IsType<MigrationOutcome.Migrated>(await MigrateAsync());
        await AddShiftAsync(hours: 1);
        await Owner.ExecuteAsync("INSERT INTO duty_participants SELECT 7, md5(n::text)::uuid FROM generate_series(1, 2) n");
        Assert.Equal(Unpromised, await FindingAsync("shift ids"));

        await Owner.ExecuteAsync("INSERT INTO duty_participants VALUES (7, md5('1')::uuid)");

        Assert.StartsWith("false 1 of the shifts' ids", await FindingAsync("host tables"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_promises_it_for_a_table()
    {
        await MigrateAsync();

        Assert.Equal("true an index promises that none repeats", await FindingAsync("shift ids"));
    }

    private Task<int> AddShiftAsync(int hours) => Owner.ExecuteAsync(
        """
        INSERT INTO duty_schedules (id, assigned_user_id, start_at, end_at)
        SELECT 7, md5('1')::uuid, now() + $1, now() + $1 + interval '8 hours'
        """,
        TimeSpan.FromHours(hours));

    private Task<string?> FindingAsync(string subject) => Owner.ScalarAsync<string>(
        "SELECT ok || ' ' || finding FROM shift_reminders.check_database() WHERE subject = $1", subject);

    private async Task<MigrationOutcome> MigrateAsync()
    {
        await using var owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(host.ConnectionString) { Pooling = false });
        return await new Migrator(owner, DatabaseFiles.Embedded).RunAsync(TestContext.Current.CancellationToken);
    }
}
