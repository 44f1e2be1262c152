using System.Text.RegularExpressions;
using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>Who may do what, read from the catalog, so that an object which a later release adds is looked at too.</summary>
[Collection(nameof(SupabaseLikeCluster))]
public sealed partial class PermissionTests(SupabaseLikeCluster cluster)
{
    private const string OurRelations = """
        pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')
          AND (c.relnamespace = 'shift_reminders'::regnamespace OR c.relname ~ '^(scheduled_notifications|notification_pushes)')
        """;

    private const string OurFunctions = """
        pg_proc p WHERE p.pronamespace = 'shift_reminders'::regnamespace
          OR p.proname IN ('enqueue_due_shift_notifications', 'try_mark_notification_pushed')
        """;

    [Fact]
    public async Task Every_role_may_do_exactly_what_is_listed()
    {
        await cluster.Owner.ExecuteAsync("SELECT shift_reminders.refresh_host_contract()");

        foreach (var (role, listed) in Rights.Of)
        {
            var held = await cluster.Superuser.ColumnAsync<string>(Rights.QueryOf("$1"), role);

            Assert.True(
                listed.Order(StringComparer.Ordinal).SequenceEqual(held.Order(StringComparer.Ordinal)),
                $"{role} may, but it is not in Rights.cs: [{string.Join("; ", held.Except(listed))}]; "
                + $"it is there, but {role} may not: [{string.Join("; ", listed.Except(held))}].");
        }
    }

    [Theory]
    [InlineData("CREATE FUNCTION shift_reminders.opened() RETURNS int LANGUAGE sql AS 'SELECT 1'", "EXECUTE shift_reminders.opened")]
    [InlineData("CREATE FUNCTION shift_reminders.paused(text) RETURNS int LANGUAGE sql AS 'SELECT 1'", "EXECUTE shift_reminders.paused")]
    [InlineData("GRANT SELECT (email) ON shift_reminders.accounts TO PUBLIC", "SELECT shift_reminders.accounts")]
    [InlineData("GRANT UPDATE ON SEQUENCE shift_reminders.audit_id_seq TO stranger", "UPDATE shift_reminders.audit_id_seq")]
    public async Task Right_that_is_given_is_seen(string giving, string right)
    {
        await using var connection = await cluster.Superuser.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var never = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var give = new NpgsqlCommand(giving, connection);
        await give.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await using var look = new NpgsqlCommand($"SELECT '{right}' IN ({Rights.QueryOf("'stranger'")})", connection);

        Assert.Equal(true, await look.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Anonymous_caller_cannot_suppress_a_reminder()
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => AsAsync("anon", "SELECT public.try_mark_notification_pushed('shift-1-x-start_15')"));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Service_role_of_the_plans_functions_goes_on_marking_and_processing()
    {
        Assert.Equal(true, await AsAsync("service_role", "SELECT public.try_mark_notification_pushed('service', '{\"a\": 1}')"));
        Assert.Equal(false, await AsAsync("service_role", "SELECT public.try_mark_notification_pushed('service')"));
        await AsAsync(
            "service_role",
            """
            INSERT INTO public.scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for)
            VALUES (1, gen_random_uuid(), 'start_15', now());
            UPDATE public.scheduled_notifications SET processed = true WHERE processed = false;
            """);
        Assert.Equal("sent", await AsAsync("service_role", "SELECT state FROM public.scheduled_notifications"));
    }

    [Fact]
    public async Task Every_function_that_the_app_calls_is_granted_to_it()
    {
        var called = Directory.EnumerateFiles(Path.Combine(Repository.Root, "ShiftReminders.Web"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/Migrations/", StringComparison.Ordinal))
            .SelectMany(file => Call().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Distinct()
            .ToArray();
        Assert.Contains("claim_reminders", called);

        Assert.Empty(await cluster.Superuser.ColumnAsync<string>(
            """
            SELECT name FROM unnest($1::text[]) AS name WHERE NOT EXISTS (
              SELECT FROM pg_proc p WHERE p.proname = name AND p.pronamespace IN ('shift_reminders'::regnamespace, 'public'::regnamespace)
                AND has_function_privilege('shift_reminders_app', p.oid, 'EXECUTE'))
            """,
            (object)called));
    }

    [Fact]
    public async Task App_sees_nothing_of_the_hosts() => Assert.Empty(await cluster.Superuser.ColumnAsync<string>(
        """
        SELECT c.oid::regclass::text FROM pg_class c
        WHERE c.oid = ANY ('{public.duty_schedules,public.attendance_logs,public.fcm_tokens,public.profiles}'::regclass[])
          AND has_table_privilege('shift_reminders_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
        """));

    [Fact]
    public async Task App_is_no_owner_no_superuser_and_no_member_of_anything() => Assert.Equal(
        ["false false false false 0 0"],
        await cluster.Superuser.ColumnAsync<string>(
            """
            SELECT format('%s %s %s %s %s %s', rolsuper::text, rolbypassrls::text, rolcreaterole::text, rolcreatedb::text,
              (SELECT count(*) FROM pg_auth_members m WHERE m.member = r.oid), (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid))
            FROM pg_roles r WHERE rolname = 'shift_reminders_app'
            """));

    [Fact]
    public async Task Functions_that_run_as_their_owner_pin_the_search_path() => Assert.Empty(
        await cluster.Superuser.ColumnAsync<string>(
            $"""
            SELECT p.oid::regprocedure::text FROM (SELECT p.oid, p.prosecdef, p.proconfig FROM {OurFunctions}) p
            WHERE p.prosecdef AND NOT coalesce(p.proconfig, ARRAY['']) && ARRAY['search_path=pg_catalog, pg_temp']
            """));

    [Fact]
    public async Task Row_level_security_is_on_everywhere_and_what_the_app_may_read_it_sees()
    {
        Assert.Empty(await cluster.Superuser.ColumnAsync<string>(
            $"SELECT c.oid::regclass::text FROM {OurRelations} AND c.relkind = 'r' AND NOT c.relrowsecurity"));
        Assert.Empty(await cluster.Superuser.ColumnAsync<string>(
            $"""
            SELECT c.oid::regclass::text FROM {OurRelations} AND c.relkind = 'r' AND has_table_privilege('shift_reminders_app', c.oid, 'SELECT')
              AND NOT EXISTS (SELECT FROM pg_policy o WHERE o.polrelid = c.oid AND 'shift_reminders_app'::regrole = ANY (o.polroles))
            """));
    }

    [Fact, Trait(Needs.Trait, Needs.Cron)]
    public async Task App_schedules_the_job_as_the_owners_and_reads_its_runs()
    {
        Assert.Contains(
            await cluster.App.ScalarAsync<string>("SELECT shift_reminders.ensure_cron_job()"), new[] { "kept", "scheduled" });

        Assert.Equal(
            ["shift_reminders_every_min owner true"],
            await cluster.App.ColumnAsync<string>("SELECT format('%s %s %s', jobname, username, active::text) FROM shift_reminders.cron_jobs()"));
    }

    private async Task<object?> AsAsync(string role, string sql)
    {
        await using var connection = await cluster.Superuser.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var become = new NpgsqlCommand($"SET ROLE {role}", connection);
        await become.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex(@"(?:shift_reminders|public)\.([a-z_]+)\(")]
    private static partial Regex Call();
}
