using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>Rows that an earlier version wrote, and whether they are still there.</summary>
internal static class EarlierRows
{
    /// <summary>Accounts and what hangs on them, and what an admin has changed of the rules.</summary>
    public const string Sql = """
        INSERT INTO shift_reminders.accounts (id, user_name, normalized_user_name, email, normalized_email, email_confirmed, password_hash,
          security_stamp, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, created_at)
        VALUES ('5a1f0000-0000-4000-8000-0000000000ff', 'admin@example.test', 'ADMIN@EXAMPLE.TEST', 'admin@example.test', 'ADMIN@EXAMPLE.TEST',
          true, 'a hash', 'a stamp', false, true, true, 0, now());
        INSERT INTO shift_reminders.account_roles SELECT a.id, r.id FROM shift_reminders.accounts a, shift_reminders.roles r;
        INSERT INTO shift_reminders.account_tokens SELECT id, 'provider', 'name', 'value' FROM shift_reminders.accounts;
        INSERT INTO shift_reminders.account_logins SELECT 'provider', 'key', 'name', id FROM shift_reminders.accounts;
        INSERT INTO shift_reminders.saved_views SELECT id, 'reminders', 'mine', '/reminders', now() FROM shift_reminders.accounts;
        INSERT INTO shift_reminders.data_protection_keys (friendly_name, xml) VALUES ('key', '<key/>');
        INSERT INTO shift_reminders.audit (at, actor, act, subject, why) VALUES (now(), 'admin@example.test', 'rule', 'end', 'test');
        INSERT INTO shift_reminders.dead_devices (device_id, channel, reason, died_at) VALUES ('dead', 'Test', 'unregistered', now());
        DELETE FROM shift_reminders.rules WHERE notify_type = 'end';
        UPDATE shift_reminders.rules SET title = 'Changed', max_attempts = 9;
        INSERT INTO shift_reminders.rule_texts VALUES ('start_15', 'de', 'Bald', 'Deine Schicht beginnt um {start}.');
        UPDATE shift_reminders.settings SET value = 'Asia/Riyadh' WHERE key = 'site_time_zone';
        """;

    /// <summary>Every row as JSON, by its table; without the ledger, and without what ships with each version.</summary>
    public static async Task<Dictionary<string, List<string>>> ReadAsync(NpgsqlDataSource owner)
    {
        var rows = new Dictionary<string, List<string>>();
        foreach (var table in await owner.ColumnAsync<string>(
            """
            SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'r' AND (c.relnamespace = 'shift_reminders'::regnamespace
              OR c.oid IN ('public.scheduled_notifications'::regclass, 'public.notification_pushes'::regclass)) AND c.relname NOT IN ('migrations', 'reasons')
            """))
            rows[table] = await owner.ColumnAsync<string>($"SELECT (to_jsonb(t) - {Gone(table)})::text FROM {table} t");
        return rows;
    }

    /// <summary>Those of <paramref name="before"/> that no row of today holds, column by column.</summary>
    public static async Task<List<string>> MissingAsync(NpgsqlDataSource owner, Dictionary<string, List<string>> before)
    {
        var missing = new List<string>();
        foreach (var (table, rows) in before)
            missing.AddRange(await owner.ColumnAsync<string>(
                $"SELECT '{table}: ' || b FROM unnest($1) AS b WHERE NOT EXISTS (SELECT FROM {table} t WHERE to_jsonb(t) @> b::jsonb)", rows));
        return missing;
    }

    private static string Gone(string table) => table switch
    {
        "notification_pushes" => "'{state,claim_token}'::text[]",
        "scheduled_notifications" => "'exception'",
        // The meaning of a setting ships with each version.
        "shift_reminders.settings" => "'{meaning,updated_at}'::text[]",
        _ => "''",
    };
}
