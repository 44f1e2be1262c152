using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>
/// The extension <c>plpgsql_check</c> looks into every function, also where no test leads: names that do not exist, casts,
/// variables nobody reads, SQL put together from text.
/// </summary>
[Collection(nameof(SupabaseLikeCluster))]
[Trait(Needs.Trait, Needs.PlpgsqlCheck)]
public sealed class PlpgsqlCheckTests(SupabaseLikeCluster cluster) : IAsyncLifetime
{
    /// <summary>What is found, and why it is no fault.</summary>
    private static readonly Dictionary<string, string> Accepted = new()
    {
        ["lock_due: routine is marked as VOLATILE, should be STABLE"] =
            "it locks rows, in a statement of EXECUTE, which the check does not look into",
        ["enqueue_rule: text type variable is not sanitized"] =
            "the two statements are constants of the function; every value goes in with USING",
        ["write_host_helper: text type variable is not sanitized"] =
            "signatures and results are constants of write_host_helpers, bodies name the host's columns quoted, and go in with %L",
        ["cron_jobs: immutable expression without parameters found"] =
            "EXECUTE, because where pg_cron is missing, a plain statement about its tables could not be planned",
        ["cron_standing: immutable expression without parameters found"] =
            "EXECUTE, because where pg_cron is missing, a plain statement about its tables could not be planned",
    };

    private const string Findings = """
        SELECT DISTINCT p.proname || ': ' || c.message
        FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
        -- A trigger's function is looked into once for each table that it serves.
        LEFT JOIN pg_trigger t ON t.tgfoid = p.oid
        CROSS JOIN LATERAL extensions.plpgsql_check_function_tb(p.oid, coalesce(t.tgrelid, 0), fatal_errors => false, all_warnings => true) c
        WHERE p.pronamespace IN ('shift_reminders'::regnamespace, 'public'::regnamespace)
        """;

    public async ValueTask InitializeAsync() => await cluster.Superuser.ExecuteAsync(
        "CREATE SCHEMA IF NOT EXISTS extensions; CREATE EXTENSION IF NOT EXISTS plpgsql_check SCHEMA extensions");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Nothing_is_found_but_what_has_its_reason_here() => Assert.Equal(
        Accepted.Keys.Order(StringComparer.Ordinal),
        (await cluster.Superuser.ColumnAsync<string>(Findings)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("faulty: column \"absent\" does not exist")]
    [InlineData("faulty: unused variable \"unread\"")]
    [InlineData("faulty_trigger: record \"new\" has no field \"absent\"")]
    public async Task Fault_is_found(string fault)
    {
        await using var connection = await cluster.Superuser.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var never = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            CREATE FUNCTION shift_reminders.faulty() RETURNS int LANGUAGE plpgsql
            AS $$ DECLARE unread int; BEGIN RETURN (SELECT absent FROM shift_reminders.rules); END $$;
            CREATE FUNCTION shift_reminders.faulty_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.absent := 1; RETURN NEW; END $$;
            CREATE TRIGGER faulty BEFORE INSERT ON shift_reminders.rules FOR EACH ROW EXECUTE FUNCTION shift_reminders.faulty_trigger();
            SELECT '{fault}' IN ({Findings});
            """,
            connection);

        Assert.Equal(true, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }
}
