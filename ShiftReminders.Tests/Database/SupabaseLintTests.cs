using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>What Supabase's linter would say of a project with our objects and its default privileges.</summary>
[Collection(nameof(SupabaseLikeCluster))]
public sealed class SupabaseLintTests(SupabaseLikeCluster cluster)
{
    private const string OwnersAlone = "only the owner's functions read and write it, and no policy means that nobody else does";
    private const string Contract = "it stands on a function with a string body, which PostgreSQL runs as the caller: granted to nobody, it is for the owner's functions";
    private const string Inlined = "PostgreSQL must inline it, which a function with SET never is; its body names every schema, and it does not run as its owner";

    /// <summary>What is found, and why it is no fault.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> Accepted = new()
    {
        ["rls_enabled_no_policy"] = new()
        {
            ["shift_reminders.archived_notifications"] = OwnersAlone,
            ["shift_reminders.channel_results"] = OwnersAlone,
            ["shift_reminders.dead_devices"] = OwnersAlone,
            ["shift_reminders.migrations"] = OwnersAlone,
            ["shift_reminders.page_notices"] = OwnersAlone,
            ["shift_reminders.test_attendance"] = OwnersAlone,
            ["shift_reminders.test_batches"] = OwnersAlone,
            ["shift_reminders.test_shifts"] = OwnersAlone,
            ["shift_reminders.time_zones"] = OwnersAlone,
        },
        ["security_definer_view"] = new()
        {
            ["shift_reminders.attendance"] = Contract,
            ["shift_reminders.devices"] = Contract,
            ["shift_reminders.people"] = Contract,
            ["shift_reminders.shifts"] = Contract,
        },
        ["function_search_path_mutable"] = new()
        {
            ["shift_reminders.anchor_due_at"] = Inlined,
            ["shift_reminders.anchor_of"] = Inlined,
            ["shift_reminders.attended_reason"] = Inlined,
            ["shift_reminders.behind_rule"] = Inlined,
            ["shift_reminders.device_id"] = Inlined,
            ["shift_reminders.due_at"] = Inlined,
            ["shift_reminders.due_between"] = Inlined,
            ["shift_reminders.ended_unsent"] = Inlined,
            ["shift_reminders.expires_at"] = Inlined,
            ["shift_reminders.follows_rule"] = Inlined,
            ["shift_reminders.fold"] = Inlined,
            ["shift_reminders.host_attendance"] = Inlined,
            ["shift_reminders.host_devices"] = Inlined,
            ["shift_reminders.host_people"] = Inlined,
            ["shift_reminders.host_shifts"] = Inlined,
            ["shift_reminders.is_alive"] = Inlined,
            ["shift_reminders.judge_one"] = Inlined,
            ["shift_reminders.live_sessions"] = Inlined,
            ["shift_reminders.logged_for"] = Inlined,
            ["shift_reminders.logged_in_time"] = Inlined,
            ["shift_reminders.may_have_reached"] = Inlined,
            ["shift_reminders.notification_id"] = Inlined,
            ["shift_reminders.open_reminders"] = Inlined,
            ["shift_reminders.pause_at"] = Inlined,
            ["shift_reminders.shift_fault"] = Inlined,
            ["shift_reminders.showable"] = Inlined,
            ["shift_reminders.trimmed_token"] = Inlined,
        },
        [AboutExtensions] = new()
        {
            ["pg_cron"] = "the server's, not ours: Supabase puts it into pg_catalog, and its objects lie in the schema cron anywhere",
        },
    };

    private const string AboutExtensions = "extension_in_public";

    public static IEnumerable<TheoryDataRow<string>> Names => SupabaseLint.All.Select(lint => new TheoryDataRow<string>(lint.Name));

    public static IEnumerable<TheoryDataRow<string>> NamesOfOurs => Names.Where(name => name.Data != AboutExtensions);

    [Theory, MemberData(nameof(NamesOfOurs))]
    public async Task Linter_finds_nothing_but_what_has_its_reason_here(string name)
    {
        var found = await cluster.Superuser.ColumnAsync<string>(Lint(name).Findings);

        Assert.Equal(Accepted.GetValueOrDefault(name, []).Keys.Order(StringComparer.Ordinal), found.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact, Trait(Needs.Trait, Needs.Cron)]
    public Task Linter_finds_pg_cron_among_the_extensions() => Linter_finds_nothing_but_what_has_its_reason_here(AboutExtensions);

    [Theory, MemberData(nameof(Names))]
    public async Task Fault_is_found(string name)
    {
        await using var connection = await cluster.Superuser.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var never = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(connection, Lint(name).Fault);

        await using var lint = new NpgsqlCommand($"SELECT 'shift_reminders.faulty' IN ({Lint(name).Findings})", connection);

        Assert.Equal(true, await lint.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Function_that_is_to_be_inlined_names_every_schema_and_does_not_run_as_its_owner()
    {
        await using var connection = await cluster.Superuser.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var never = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var read = new NpgsqlCommand("SELECT string_agg(pg_get_functiondef(name::regproc), ';') FROM unnest($1) AS name", connection);
        read.Parameters.Add(new() { Value = Accepted["function_search_path_mutable"].Keys.ToArray() });
        await ExecuteAsync(connection, "SET LOCAL search_path = ''");

        var definitions = (string)(await read.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;

        Assert.DoesNotContain("SECURITY DEFINER", definitions, StringComparison.Ordinal);
        // PostgreSQL looks up every name in a body that it is given.
        await ExecuteAsync(connection, definitions);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static SupabaseLint Lint(string name) => SupabaseLint.All.Single(lint => lint.Name == name);
}
