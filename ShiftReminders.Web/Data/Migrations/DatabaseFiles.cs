namespace ShiftReminders.Web.Data.Migrations;

/// <summary>
/// What <c>migrate</c> applies. The files of <c>Database/</c> travel inside the assembly, so that a container needs no
/// source tree.
/// </summary>
/// <param name="Tables">Versioned: each runs once, in the order of the names.</param>
/// <param name="Repeatable">Rows that ship, functions, grants: all of them run again, in this order, when one has changed.</param>
public sealed record DatabaseFiles(IReadOnlyList<SqlFile> Tables, IReadOnlyList<SqlFile> Repeatable)
{
    private const string Prefix = "database/";

    private static readonly SqlFile Begin = new("(begin)", """
        -- A function may name what a later file makes.
        SET check_function_bodies = off;
        SELECT pg_catalog.set_config('shift_reminders.applying_since', pg_catalog.pg_current_xact_id()::text, false);
        """);

    // The views are this version's, also over a contract of one's own.
    private static readonly SqlFile Contract = new("(host contract)", """
        SELECT shift_reminders.refresh_host_contract();
        SELECT shift_reminders.write_contract_views() WHERE shift_reminders.setting('host_contract') = 'custom';
        SELECT shift_reminders.verify_host();
        """);

    private static readonly SqlFile Versioned = new("(version)", $"""
        CREATE OR REPLACE FUNCTION shift_reminders.schema_version() RETURNS text
        LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
        AS $$ SELECT '{SchemaVersion.OfThisProgram}' $$;
        """);

    // A function that no file makes any more would stay, and be called by its old name. What the contract's own functions
    // are is the host's matter.
    private static readonly SqlFile Sweep = new("(functions of earlier versions)", """
        DO $sweep$
        DECLARE
          old regprocedure;
        BEGIN
          FOR old IN
            SELECT p.oid FROM pg_catalog.pg_proc p
            WHERE p.pronamespace = 'shift_reminders'::pg_catalog.regnamespace AND p.proname NOT LIKE 'host\_%'
              AND pg_catalog.age(p.xmin) > pg_catalog.age(
                (pg_catalog.current_setting('shift_reminders.applying_since')::pg_catalog.xid8)::pg_catalog.xid)
          LOOP
            EXECUTE pg_catalog.format('DROP FUNCTION %s', old);
          END LOOP;
        END
        $sweep$;
        RESET check_function_bodies;
        """);

    private string? adopting;
    private string? closing;

    /// <summary>The version that a database has once all of it was applied.</summary>
    public Version Version { get; init; } = SchemaVersion.OfThisProgram;

    /// <summary>What a database that lacks <paramref name="pending"/> is to run, each in one go.</summary>
    public IEnumerable<SqlFile> Batches(IEnumerable<SqlFile> pending) =>
        pending.Select(file => file with { Sql = string.Join('\n', Steps(file)) }).Concat(Repeatable);

    /// <summary>What runs in one go for a file of <see cref="Tables"/>: nothing is open from the moment it exists.</summary>
    public IEnumerable<string> Steps(SqlFile table) =>
        new[] { table == Tables[0] ? adopting : null, table.Sql, closing }.OfType<string>();

    /// <summary>The files of this version.</summary>
    public static DatabaseFiles Embedded { get; } = Read();

    private static DatabaseFiles Read()
    {
        var files = typeof(DatabaseFiles).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => SqlFile.Embedded(name, Prefix))
            .ToLookup(file => file.Name.Split('/')[0]);
        // What functions are made of comes before all functions.
        var functions = files["functions"].OrderBy(file => file.Name.EndsWith("/types.sql", StringComparison.Ordinal) ? 0 : 1);
        var closing = files["close.sql"].Single();
        return new([.. files["tables"]], [Begin, .. files["data"], .. functions, Contract, Versioned, Sweep, closing, .. files["grants.sql"]])
        {
            adopting = files["adopt.sql"].Single().Sql,
            closing = closing.Sql,
        };
    }
}
