using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>A phone that several people have registered, one after the other, is its last owner's alone.</summary>
public sealed class SharedPhoneTests : IAsyncLifetime
{
    private const string Index = "CREATE INDEX ON fcm_tokens (token)";
    private const string Finding = "SELECT ok || ' ' || finding FROM shift_reminders.check_database() WHERE subject = 'phones'";
    private const string Owners = "SELECT p.full_name FROM shift_reminders.devices d JOIN profiles p ON p.id = d.user_id WHERE d.token = 'shared' ORDER BY 1";

    private readonly PlanDatabase host = new();

    private NpgsqlDataSource Owner => host.Owner;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Last_owner_alone_is_reminded_whoever_that_becomes()
    {
        await Owner.ExecuteAsync(Index);
        await MigrateAsync();
        await RegisterAsync("Ann", hoursAgo: 2);
        await RegisterAsync("Bob", hoursAgo: 1);
        Assert.Equal(["Bob"], await Owner.ColumnAsync<string>(Owners));
        Assert.Equal("true none gets the reminders of several people", await Owner.ScalarAsync<string>(Finding));

        await Owner.ExecuteAsync("UPDATE fcm_tokens t SET updated_at = now() FROM profiles p WHERE p.id = t.user_id AND p.full_name = 'Ann'");
        Assert.Equal(["Ann"], await Owner.ColumnAsync<string>(Owners));
        await Owner.ExecuteAsync("UPDATE fcm_tokens SET updated_at = now()");
        Assert.Single(await Owner.ColumnAsync<string>(Owners));
        await Owner.ExecuteAsync("DELETE FROM fcm_tokens t USING profiles p WHERE p.id = t.user_id AND p.full_name = 'Ann'");
        Assert.Equal(["Bob"], await Owner.ColumnAsync<string>(Owners));
    }

    [Fact]
    public async Task Person_who_lost_the_phone_to_another_has_none()
    {
        await Owner.ExecuteAsync(Index);
        await MigrateAsync();
        foreach (var (name, hours) in new[] { ("Ann", 2), ("Bob", 1) })
            await new Given(Owner).ShiftAsync(await RegisterAsync(name, hours), TimeSpan.FromMinutes(10));
        await Owner.ExecuteAsync("SELECT enqueue_due_shift_notifications()");
        await Owner.ExecuteAsync("SELECT FROM shift_reminders.claim_reminders('one', 'Test', 10, interval '90 seconds')");

        Assert.Equal(["Ann failed no_device", "Bob sending"], await Owner.ColumnAsync<string>(
            "SELECT concat_ws(' ', p.full_name, q.state, q.reason) FROM scheduled_notifications q JOIN profiles p ON p.id = q.user_id ORDER BY 1"));
    }

    [Fact]
    public async Task Greatest_id_is_the_last_owner_where_no_time_is_kept()
    {
        await Owner.ExecuteAsync("ALTER TABLE fcm_tokens DROP COLUMN updated_at, ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY");
        await Owner.ExecuteAsync(Index);
        await MigrateAsync();
        await RegisterAsync("Bob");
        await RegisterAsync("Ann");

        Assert.Equal(["Ann"], await Owner.ColumnAsync<string>(Owners));
    }

    [Fact]
    public async Task Without_an_index_all_owners_are_reminded_and_check_says_what_to_do()
    {
        await MigrateAsync();
        await RegisterAsync("Ann", hoursAgo: 2);
        await RegisterAsync("Bob", hoursAgo: 1);
        Assert.Equal(["Ann", "Bob"], await Owner.ColumnAsync<string>(Owners));
        Assert.Equal("false 1 get the reminders of several people, as each of them has registered it", await Owner.ScalarAsync<string>(Finding));
        var remedy = await Owner.ScalarAsync<string>("SELECT remedy FROM shift_reminders.check_database() WHERE subject = 'phones'");
        Assert.StartsWith("CREATE INDEX CONCURRENTLY ON public.fcm_tokens (token);", remedy, StringComparison.Ordinal);

        await Owner.ExecuteAsync(Index);
        await Owner.ExecuteAsync("SELECT shift_reminders.refresh_host_contract()");

        Assert.Equal(["Bob"], await Owner.ColumnAsync<string>(Owners));
    }

    [Fact]
    public async Task Claim_finds_the_other_owners_by_the_index()
    {
        await Owner.ExecuteAsync(Index);
        await MigrateAsync();
        await Owner.ExecuteAsync(
            "INSERT INTO fcm_tokens (user_id, token) SELECT gen_random_uuid(), 'token-' || n FROM generate_series(1, 20000) n; ANALYZE fcm_tokens");

        var plan = string.Join('\n', await Owner.ColumnAsync<string>(
            "EXPLAIN SELECT * FROM shift_reminders.devices WHERE user_id = '00000000-0000-4000-8000-000000000001'"));

        Assert.DoesNotContain("Seq Scan on fcm_tokens", plan, StringComparison.Ordinal);
        Assert.Contains("fcm_tokens_token_idx", plan, StringComparison.Ordinal);
    }

    private async Task<Guid> RegisterAsync(string name, int? hoursAgo = null)
    {
        var person = await new Given(Owner).PersonAsync(name);
        await Owner.ExecuteAsync("INSERT INTO fcm_tokens (user_id, token) VALUES ($1, 'shared')", person);
        if (hoursAgo is { } hours) await Owner.ExecuteAsync("UPDATE fcm_tokens SET updated_at = now() - $2 WHERE user_id = $1", person, TimeSpan.FromHours(hours));
        return person;
    }

    private async Task MigrateAsync()
    {
        await using var owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(host.ConnectionString) { Pooling = false });
        Assert.IsType<MigrationOutcome.Migrated>(await new Migrator(owner, DatabaseFiles.Embedded).RunAsync(TestContext.Current.CancellationToken));
    }
}
