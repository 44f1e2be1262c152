using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>The host's tables as they are found: refused by name, or taken as they are.</summary>
public sealed class HostContractTests : IAsyncLifetime
{
    private readonly PlanDatabase host = new();

    private NpgsqlDataSource Owner => host.Owner;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("DROP TABLE duty_schedules", "public.duty_schedules (the shifts)")]
    [InlineData("DROP TABLE attendance_logs", "public.attendance_logs (check-ins")]
    [InlineData("DROP TABLE fcm_tokens", "public.fcm_tokens (the phones)")]
    [InlineData("ALTER TABLE duty_schedules RENAME assigned_user_id TO employee", "public.duty_schedules.assigned_user_id, and it does not exist")]
    [InlineData("ALTER TABLE duty_schedules ALTER start_at TYPE timestamp", "public.duty_schedules.start_at is timestamp without time zone")]
    [InlineData("ALTER TABLE duty_schedules ALTER end_at TYPE text", "public.duty_schedules.end_at is text")]
    [InlineData("ALTER TABLE fcm_tokens ALTER user_id TYPE text", "public.fcm_tokens.user_id is text, and Shift Reminders needs uuid")]
    [InlineData(
        "ALTER TABLE duty_schedules ALTER id DROP IDENTITY; ALTER TABLE duty_schedules ALTER id TYPE uuid USING gen_random_uuid()",
        "public.duty_schedules.id is uuid, and Shift Reminders needs bigint or integer or smallint")]
    [InlineData(
        "ALTER TABLE attendance_logs ALTER schedule_id TYPE uuid USING gen_random_uuid()",
        "public.attendance_logs.schedule_id is uuid")]
    [InlineData(
        "ALTER TABLE duty_schedules DROP CONSTRAINT duty_schedules_pkey, ADD PRIMARY KEY (id, start_at)",
        "No unique index is on public.duty_schedules(id) alone")]
    [InlineData("ALTER TABLE fcm_tokens ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY", "Row level security hides rows of public.fcm_tokens")]
    public async Task Table_that_does_not_fit_is_refused_by_name_and_with_what_to_do(string change, string named)
    {
        await Owner.ExecuteAsync(change);

        var refused = Assert.IsType<MigrationOutcome.Refused>(await MigrateAsync());

        Assert.Contains(named, refused.Sentence, StringComparison.Ordinal);
        Assert.Contains("Database/README.md", refused.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_with_nothing_but_what_is_needed_is_enough()
    {
        await Owner.ExecuteAsync(
            """
            DROP TABLE profiles, duty_schedules, attendance_logs, fcm_tokens;
            CREATE TYPE kind AS ENUM ('check_in', 'check_out');
            CREATE TABLE duty_schedules (id serial PRIMARY KEY, assigned_user_id uuid, start_at timestamptz, end_at timestamptz);
            CREATE TABLE attendance_logs (schedule_id int, type kind);
            CREATE TABLE fcm_tokens (user_id uuid, token varchar(200));
            """);
        await MigrateAsync();
        await Owner.ExecuteAsync(
            """
            INSERT INTO duty_schedules (assigned_user_id, start_at, end_at)
            SELECT md5(n::text)::uuid, now() + interval '10 minutes', now() + interval '2 hours' FROM generate_series(1, 2) n;
            INSERT INTO attendance_logs VALUES (1, 'check_in');
            INSERT INTO fcm_tokens VALUES (md5('2')::uuid, 'token');
            """);

        Assert.Equal(1, await Owner.ScalarAsync<int>("SELECT enqueue_due_shift_notifications()"));
        Assert.Equal(["token"], await Owner.ColumnAsync<string>(
            "SELECT unnest(tokens) FROM shift_reminders.claim_reminders('one', 'Test', 10, interval '90 seconds')"));
        Assert.Equal(3L, await Owner.ScalarAsync<long>(
            "SELECT shift_reminders.host_create_shift(md5('2')::uuid, now(), now(), 'test', 'UTC')"));
        Assert.Equal(1, await Owner.ScalarAsync<int>("SELECT shift_reminders.host_remove_shifts('{3}')"));
    }

    private async Task<MigrationOutcome> MigrateAsync()
    {
        await using var owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(host.ConnectionString) { Pooling = false });
        return await new Migrator(owner, DatabaseFiles.Embedded).RunAsync(TestContext.Current.CancellationToken);
    }
}
