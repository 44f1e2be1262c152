using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>The host goes on altering its own tables: nothing of ours stands in its way, and we follow.</summary>
public sealed class HostChangeTests : IAsyncLifetime
{
    private static readonly (string Table, string Name)[] OptionalColumns =
    [
        ("duty_schedules", "status"), ("duty_schedules", "deleted_at"), ("duty_schedules", "label"), ("duty_schedules", "title"),
        ("duty_schedules", "time_zone"), ("duty_schedules", "timezone"), ("attendance_logs", "user_id"), ("attendance_logs", "logged_at"),
        ("attendance_logs", "deleted_at"), ("fcm_tokens", "platform"), ("fcm_tokens", "updated_at"), ("profiles", "display_name"),
        ("profiles", "full_name"), ("profiles", "locale"), ("profiles", "reminders_off"), ("profiles", "on_leave"),
    ];

    private static readonly string[] AllTypes =
    [
        "text", "varchar(20)", "char(5)", "name", "mood", "word", "flag", "smallint", "integer", "bigint", "numeric", "real", "money",
        "boolean", "date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid", "json", "jsonb", "xml", "text[]", "bytea",
        "inet", "point", "int4range", "bit(3)", "tsvector", "oid", "pg_lsn",
    ];

    private readonly TestDatabase database = new();

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData("ALTER TABLE duty_schedules DROP COLUMN label")]
    [InlineData("ALTER TABLE duty_schedules DROP COLUMN status, DROP COLUMN time_zone, ADD COLUMN deleted_at timestamptz")]
    [InlineData("ALTER TABLE duty_schedules RENAME COLUMN label TO title")]
    [InlineData("ALTER TABLE duty_schedules ALTER COLUMN id TYPE integer, ALTER COLUMN label TYPE varchar(80)")]
    [InlineData("DROP TABLE profiles")]
    [InlineData("ALTER TABLE fcm_tokens DROP COLUMN platform, DROP COLUMN updated_at")]
    [InlineData("ALTER TABLE attendance_logs DROP COLUMN user_id")]
    public async Task Host_that_changes_its_tables_is_not_hindered_and_the_next_tick_follows(string change)
    {
        var shift = await database.Given.ShiftAsync(Guid.NewGuid(), TimeSpan.FromMinutes(15), label: "Ward 3");
        await database.OwnerDataSource.ExecuteAsync(change);

        Assert.Equal(1, await database.OwnerDataSource.ScalarAsync<int>("SELECT enqueue_due_shift_notifications()"));

        Assert.Null(await database.OwnerDataSource.ScalarAsync<string>("SELECT error FROM shift_reminders.heartbeats"));
        await database.OwnerDataSource.ExecuteAsync("SELECT shift_reminders.claim_reminders('one', 'Test', 10, interval '90 seconds')");
        Assert.Equal("failed no_device", await database.OwnerDataSource.ScalarAsync<string>(
            "SELECT state || ' ' || reason FROM scheduled_notifications WHERE schedule_id = $1", shift));
    }

    [Fact]
    public async Task Optional_columns_of_any_type_never_keep_a_reminder_from_being_sent()
    {
        await database.OwnerDataSource.ExecuteAsync("CREATE TYPE mood AS ENUM ('good'); CREATE DOMAIN word AS text; CREATE DOMAIN flag AS boolean");
        foreach (var type in AllTypes)
        {
            var person = Guid.NewGuid();
            await database.OwnerDataSource.ExecuteAsync("INSERT INTO fcm_tokens (user_id, token) VALUES ($1, $2)", person, $"token of {type}");
            await database.OwnerDataSource.ExecuteAsync(string.Concat(OptionalColumns.Select(column =>
                $"ALTER TABLE {column.Table} DROP COLUMN IF EXISTS {column.Name}, ADD COLUMN {column.Name} {type};")));
            await database.OwnerDataSource.ExecuteAsync(
                "INSERT INTO duty_schedules (assigned_user_id, start_at, end_at) VALUES ($1, now() + interval '10 minutes', now() + interval '2 hours')", person);

            Assert.Equal((type, 1), (type, await database.OwnerDataSource.ScalarAsync<int>("SELECT enqueue_due_shift_notifications()")));
            Assert.Equal((type, null), (type, await database.OwnerDataSource.ScalarAsync<string>(
                "SELECT error FROM shift_reminders.heartbeats ORDER BY id DESC LIMIT 1")));
            Assert.Equal((type, 1L), (type, await database.OwnerDataSource.ScalarAsync<long>(
                "SELECT count(*) FROM shift_reminders.claim_reminders('one', 'Test', 10, interval '90 seconds')")));
        }
    }

    [Fact]
    public async Task Column_whose_type_cannot_serve_is_left_out_and_named()
    {
        await database.OwnerDataSource.ExecuteAsync(
            "ALTER TABLE profiles ADD COLUMN on_leave date; ALTER TABLE attendance_logs ALTER COLUMN logged_at DROP DEFAULT, ALTER COLUMN logged_at TYPE integer USING 1, ADD COLUMN created_at timestamptz; "
            + "SELECT shift_reminders.refresh_host_contract()");

        Assert.Equal(
            "left out, because their types cannot serve: public.profiles.on_leave (date), as leave of a person; public.attendance_logs.logged_at (integer), as time of a check-in",
            await database.AppDataSource.ScalarAsync<string>("SELECT finding FROM shift_reminders.check_database() WHERE subject = 'host columns'"));
        Assert.Equal("created_at", await database.OwnerDataSource.ScalarAsync<string>("SELECT shift_reminders.optional_host_column('time of a check-in')"));
    }

    [Fact]
    public async Task Check_in_that_the_host_marked_as_deleted_silences_nobody()
    {
        var shift = await database.Given.ShiftAsync(await database.Given.ReachablePersonAsync(), TimeSpan.FromMinutes(15));
        await database.Given.CheckInAsync(shift);
        await database.OwnerDataSource.ExecuteAsync(
            "ALTER TABLE attendance_logs ADD COLUMN deleted_at timestamptz; UPDATE attendance_logs SET deleted_at = now(); "
            + "SELECT shift_reminders.refresh_host_contract()");

        Assert.Equal(1, await database.OwnerDataSource.ScalarAsync<int>("SELECT enqueue_due_shift_notifications()"));
    }

    [Fact]
    public async Task Table_that_takes_no_test_shift_takes_reminders_all_the_same()
    {
        await database.OwnerDataSource.ExecuteAsync(
            "ALTER TABLE duty_schedules DROP COLUMN label, ADD COLUMN label text GENERATED ALWAYS AS ('ward') STORED; "
            + "SELECT shift_reminders.refresh_host_contract()");
        await database.OwnerDataSource.ExecuteAsync(
            "INSERT INTO duty_schedules (assigned_user_id, start_at, end_at) VALUES (gen_random_uuid(), now() + interval '10 minutes', now() + interval '2 hours')");

        Assert.Equal(1, await database.OwnerDataSource.ScalarAsync<int>("SELECT enqueue_due_shift_notifications()"));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.OwnerDataSource.ScalarAsync<long>(
            "SELECT shift_reminders.host_create_shift(gen_random_uuid(), now(), now(), 'test', 'UTC')"));

        Assert.StartsWith("The tables of the shift app do not take this: ", refused.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_row_level_security_hides_are_an_error_and_not_absent()
    {
        await database.Given.ShiftAsync(await database.Given.ReachablePersonAsync(), TimeSpan.FromMinutes(15));
        await database.OwnerDataSource.ScalarAsync<int>("SELECT enqueue_due_shift_notifications()");
        await database.OwnerDataSource.ExecuteAsync("ALTER TABLE duty_schedules ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");

        await database.AppDataSource.ScalarAsync<int>("SELECT enqueue_due_shift_notifications()");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.AppDataSource.ExecuteAsync(
            "SELECT shift_reminders.claim_reminders('one', 'Test', 10, interval '90 seconds')"));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        Assert.Equal("pending", await database.OwnerDataSource.ScalarAsync<string>("SELECT state FROM scheduled_notifications WHERE notify_type = 'start_15'"));
        Assert.Contains("row-level security policy for table \"duty_schedules\"", await database.OwnerDataSource.ScalarAsync<string>(
            "SELECT error FROM shift_reminders.heartbeats ORDER BY id DESC LIMIT 1"), StringComparison.Ordinal);
        Assert.StartsWith("Row level security hides rows of public.duty_schedules from the role ", await database.AppDataSource.ScalarAsync<string>(
            "SELECT finding FROM shift_reminders.check_database() WHERE subject = 'host tables' AND NOT ok"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shift_ids_that_may_repeat_are_a_finding()
    {
        await database.OwnerDataSource.ExecuteAsync("ALTER TABLE duty_schedules DROP CONSTRAINT duty_schedules_pkey, ADD PRIMARY KEY (id, start_at)");

        Assert.StartsWith("No unique index is on public.duty_schedules(id) alone", await database.AppDataSource.ScalarAsync<string>(
            "SELECT finding FROM shift_reminders.check_database() WHERE subject = 'host tables' AND NOT ok"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_that_drops_what_is_needed_is_named_in_the_heartbeat()
    {
        await database.OwnerDataSource.ExecuteAsync("ALTER TABLE duty_schedules DROP COLUMN assigned_user_id");

        Assert.Equal(0, await database.OwnerDataSource.ScalarAsync<int>("SELECT enqueue_due_shift_notifications()"));

        Assert.Contains(
            "duty_schedules.assigned_user_id",
            await database.OwnerDataSource.ScalarAsync<string>("SELECT error FROM shift_reminders.heartbeats"),
            StringComparison.Ordinal);
    }
}
