namespace ShiftReminders.Tests.Database;

/// <summary>One thing that Supabase's database linter complains of, asked of our own objects.</summary>
/// <param name="Name">The linter's name for it.</param>
/// <param name="Findings">A query for the names of what is found.</param>
/// <param name="Fault">What makes the query find <c>shift_reminders.faulty</c>.</param>
internal sealed record SupabaseLint(string Name, string Findings, string Fault)
{
    private const string OurRelations = """
        pg_class c WHERE (c.relnamespace = 'shift_reminders'::regnamespace
          OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass))
        """;

    private const string OurFunctions = """
        pg_proc p WHERE (p.pronamespace = 'shift_reminders'::regnamespace
          OR p.pronamespace = 'public'::regnamespace AND p.proname IN ('enqueue_due_shift_notifications', 'try_mark_notification_pushed'))
        """;

    private const string Policies = $"pg_policy o WHERE o.polrelid IN (SELECT c.oid FROM {OurRelations})";

    private const string Everybody = "unnest(ARRAY['anon', 'authenticated']) AS role";

    private const string Table = "CREATE TABLE shift_reminders.faulty (id int);";

    private const string Function = "CREATE FUNCTION shift_reminders.faulty() RETURNS int LANGUAGE sql AS 'SELECT 1';";

    /// <summary>
    /// Without those that ask about use rather than shape (unused indexes, bloat) and about what is not ours: <c>auth</c>,
    /// <c>storage</c>, <c>pgmq</c>, versions of extensions.
    /// </summary>
    public static IReadOnlyList<SupabaseLint> All { get; } =
    [
        new("unindexed_foreign_keys",
            $"""
            SELECT k.conrelid::regclass::text FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid IN (SELECT c.oid FROM {OurRelations})
              AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indpred IS NULL
                AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
            """,
            "CREATE TABLE shift_reminders.faulty (rule text REFERENCES shift_reminders.rules);"),
        new("auth_rls_initplan",
            $"""
            SELECT o.polrelid::regclass::text FROM {Policies}
              AND concat(pg_get_expr(o.polqual, o.polrelid), pg_get_expr(o.polwithcheck, o.polrelid)) ~ 'auth\.|current_setting\('
            """,
            Table + "CREATE POLICY p ON shift_reminders.faulty USING (current_setting('a', true) = 'b');"),
        new("no_primary_key",
            $"""
            SELECT c.oid::regclass::text FROM {OurRelations} AND c.relkind IN ('r', 'p')
              AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
            """,
            Table),
        new("multiple_permissive_policies",
            $"""
            SELECT o.polrelid::regclass::text
            FROM (SELECT o.* FROM {Policies} AND o.polpermissive) o, unnest(o.polroles) AS role, unnest(ARRAY['r', 'a', 'w', 'd']) AS command
            WHERE o.polcmd::text IN ('*', command) GROUP BY o.polrelid, role, command HAVING count(*) > 1
            """,
            Table + "CREATE POLICY p ON shift_reminders.faulty USING (true); CREATE POLICY q ON shift_reminders.faulty FOR UPDATE USING (true);"),
        new("policy_exists_rls_disabled",
            $"SELECT o.polrelid::regclass::text FROM {Policies} AND NOT (SELECT c.relrowsecurity FROM pg_class c WHERE c.oid = o.polrelid)",
            Table + "CREATE POLICY p ON shift_reminders.faulty USING (true);"),
        new("rls_enabled_no_policy",
            $"SELECT c.oid::regclass::text FROM {OurRelations} AND c.relrowsecurity AND NOT EXISTS (SELECT FROM pg_policy o WHERE o.polrelid = c.oid)",
            Table + "ALTER TABLE shift_reminders.faulty ENABLE ROW LEVEL SECURITY;"),
        new("rls_disabled",
            $"SELECT c.oid::regclass::text FROM {OurRelations} AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity",
            Table),
        new("permissive_rls_policy",
            $"""
            SELECT o.polrelid::regclass::text FROM {Policies} AND o.polpermissive
              AND o.polroles && ARRAY[0, 'anon'::regrole::oid, 'authenticated'::regrole::oid]
            """,
            Table + "CREATE POLICY p ON shift_reminders.faulty USING (true);"),
        new("duplicate_index",
            $"""
            SELECT i.indrelid::regclass::text FROM pg_index i WHERE i.indrelid IN (SELECT c.oid FROM {OurRelations})
            GROUP BY i.indrelid, i.indkey::text, i.indclass::text, i.indcollation::text, i.indoption::text,
              pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid) HAVING count(*) > 1
            """,
            Table + "CREATE INDEX ON shift_reminders.faulty (id); CREATE INDEX ON shift_reminders.faulty (id);"),
        new("security_definer_view",
            $"SELECT c.oid::regclass::text FROM {OurRelations} AND c.relkind = 'v' AND NOT coalesce(c.reloptions, '{{}}') && '{{security_invoker=true}}'",
            "CREATE VIEW shift_reminders.faulty AS SELECT 1;"),
        new("function_search_path_mutable",
            $"""
            SELECT p.oid::regproc::text FROM {OurFunctions}
              AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search\_path=%')
            """,
            Function),
        new("extension_in_public",
            "SELECT e.extname::text FROM pg_extension e WHERE e.extnamespace = 'public'::regnamespace",
            // Only its name and its schema are looked at.
            "UPDATE pg_extension SET extname = 'shift_reminders.faulty', extnamespace = 'public'::regnamespace WHERE extname = 'plpgsql';"),
        new("materialized_view_in_api",
            $"SELECT c.oid::regclass::text FROM {OurRelations} AND c.relkind = 'm'",
            "CREATE MATERIALIZED VIEW shift_reminders.faulty AS SELECT 1;"),
        new("foreign_table_in_api",
            $"SELECT c.oid::regclass::text FROM {OurRelations} AND c.relkind = 'f'",
            "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE shift_reminders.faulty (id int) SERVER s;"),
        new("unsupported_reg_types",
            $"""
            SELECT c.oid::regclass::text FROM pg_attribute a JOIN (SELECT c.oid FROM {OurRelations} AND c.relkind IN ('r', 'p')) c ON c.oid = a.attrelid
            WHERE a.atttypid = ANY (string_to_array('regproc regprocedure regoper regoperator regconfig regdictionary regcollation regnamespace', ' ')::regtype[])
            """,
            "CREATE TABLE shift_reminders.faulty (f regproc);"),
        new("table_exposed",
            $"SELECT c.oid::regclass::text FROM {Everybody}, {OurRelations} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_any_column_privilege(role, c.oid, 'SELECT')",
            Table + "GRANT SELECT (id) ON shift_reminders.faulty TO anon;"),
        new("function_executable",
            $"SELECT p.oid::regproc::text FROM {Everybody}, {OurFunctions} AND has_function_privilege(role, p.oid, 'EXECUTE')",
            Function),
    ];

    // A theory names its cases by this.
    public override string ToString() => Name;
}
