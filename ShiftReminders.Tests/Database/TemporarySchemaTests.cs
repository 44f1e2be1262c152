using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>
/// PostgreSQL looks into a session's temporary schema first, unless the search path names it. Whoever may create there puts
/// types and relations of well-known names in front of the real ones, and a function that runs as its owner would use them.
/// </summary>
public sealed class TemporarySchemaTests(TestDatabase database) : QueueTest(database)
{
    private const string Trap = """
        CREATE FUNCTION pg_temp.evil() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'evil ran as %', current_user; END $$;
        CREATE DOMAIN pg_temp.timestamptz AS pg_catalog.timestamptz CHECK (pg_temp.evil());
        CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (pg_temp.evil());
        CREATE DOMAIN pg_temp.jsonb AS pg_catalog.jsonb CHECK (pg_temp.evil());
        CREATE VIEW pg_temp.pg_views AS SELECT 'x'::pg_catalog.name AS schemaname, 'x'::pg_catalog.name AS viewname WHERE pg_temp.evil();
        CREATE VIEW pg_temp.pg_class AS SELECT * FROM pg_catalog.pg_class WHERE pg_temp.evil();
        CREATE VIEW pg_temp.pg_proc AS SELECT * FROM pg_catalog.pg_proc WHERE pg_temp.evil();
        """;

    [Fact]
    public async Task No_function_that_runs_as_its_owner_runs_what_the_app_put_there()
    {
        var calls = await Owner.ColumnAsync<string>(
            """
            SELECT format('SELECT * FROM %s(%s)', p.oid::regproc,
              (SELECT string_agg('NULL::' || format_type(t, NULL), ', ' ORDER BY n) FROM unnest(p.proargtypes) WITH ORDINALITY AS a(t, n)))
            FROM pg_proc p WHERE p.prosecdef AND p.pronamespace IN ('shift_reminders'::regnamespace, 'public'::regnamespace)
              AND has_function_privilege('shift_reminders_app', p.oid, 'EXECUTE') AND p.prorettype <> 'trigger'::regtype ORDER BY 1
            """);
        Assert.True(calls.Count > 40);
        await using var connection = await App.OpenConnectionAsync(Cancelled);
        await RunAsync(connection, Trap);

        var errors = new List<string>();
        // What the app itself casts to must be the real type: the trap is for the functions.
        foreach (var call in calls.Select(call => call
                     .Replace("NULL::text", "NULL::pg_catalog.text", StringComparison.Ordinal)
                     .Replace("NULL::jsonb", "NULL::pg_catalog.jsonb", StringComparison.Ordinal)))
        {
            try
            {
                await RunAsync(connection, call);
            }
            catch (PostgresException refusal)
            {
                errors.Add($"{call}: {refusal.MessageText}");
            }
        }

        Assert.DoesNotContain(errors, error => error.Contains("evil ran as owner", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trap_catches_a_function_that_names_no_temporary_schema()
    {
        await Owner.ExecuteAsync(
            """
            CREATE FUNCTION shift_reminders.careless() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
            AS $$ DECLARE at timestamptz := pg_catalog.now(); BEGIN END $$;
            GRANT EXECUTE ON FUNCTION shift_reminders.careless() TO shift_reminders_app;
            """);
        await using var connection = await App.OpenConnectionAsync(Cancelled);
        await RunAsync(connection, Trap);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(connection, "SELECT shift_reminders.careless()"));

        await Owner.ExecuteAsync("DROP FUNCTION shift_reminders.careless()");
        Assert.Contains("evil ran as owner", refusal.MessageText, StringComparison.Ordinal);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
