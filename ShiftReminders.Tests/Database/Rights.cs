namespace ShiftReminders.Tests.Database;

/// <summary>
/// All that each role may do with our objects. What is not here must be closed, so a right that a change gives to somebody
/// is given here a second time, where a reviewer sees it.
/// </summary>
internal static class Rights
{
    /// <summary>The functions of <c>shift_reminders</c> that the app calls.</summary>
    private static readonly string[] AppCalls =
    [
        "act_reminders", "cancel_reminders", "change_setting", "channel_probed", "check_database", "claim_reminders", "clock", "create_test_shifts",
        "cron_jobs",
        "cron_run_of", "cron_runs", "cron_standing", "device_id", "devices_of", "doubt", "due_list", "end_session", "end_sessions",
        "ended_unsent", "ensure_cron_job", "explain", "explain_person", "explain_shift", "find_people", "fold", "hold_session",
        "live_sessions", "log_due_test_attendance", "lost_by_pause", "may_have_arrived", "may_have_reached", "next_due_in", "now_board", "pause_at",
        "pause_reminders", "paused", "paused_platforms", "people_named", "platform_probed", "preview_resend", "preview_rule",
        "processor_beat", "prove_session", "purge", "queue_metrics", "record_accepted", "record_attempts", "record_audit",
        "release_reminders", "reminder_faces", "remove_rule", "remove_test_batch", "resend_reminders", "resume_reminders",
        "run_enqueue_by_hand", "sample_shifts", "sandbox_behave", "sandbox_clear", "sandbox_probe",
        "sandbox_receive", "save_rule", "schema_version", "session_standing", "setting", "shift_board", "site_settings", "start_session",
        "test_batch_list", "test_board", "test_targets", "trimmed_token", "uncancel_reminders", "unknown_placeholder", "use_session",
    ];

    /// <summary>Whoever is not named may do nothing.</summary>
    public static IReadOnlyDictionary<string, string[]> Of { get; } = new Dictionary<string, string[]>
    {
        ["anon"] = [],
        ["authenticated"] = [],
        ["stranger"] = [],
        // The plan's edge functions go on marking and processing during a cut-over.
        ["service_role"] =
        [
            "EXECUTE enqueue_due_shift_notifications", "EXECUTE try_mark_notification_pushed",
            "INSERT, SELECT, UPDATE notification_pushes", "INSERT, SELECT, UPDATE scheduled_notifications",
            "USAGE scheduled_notifications_id_seq",
        ],
        ["shift_reminders_app"] =
        [
            "USAGE shift_reminders", "EXECUTE enqueue_due_shift_notifications", "EXECUTE try_mark_notification_pushed",
            .. AppCalls.Select(name => $"EXECUTE shift_reminders.{name}"),
            "SELECT notification_pushes", "SELECT scheduled_notifications", "SELECT shift_reminders.attempts",
            "SELECT shift_reminders.audit", "SELECT shift_reminders.channel_platforms", "SELECT shift_reminders.channels",
            "SELECT shift_reminders.generations", "SELECT shift_reminders.heartbeats", "SELECT shift_reminders.pauses",
            "SELECT shift_reminders.processors", "SELECT shift_reminders.reasons", "SELECT shift_reminders.role_claims",
            "SELECT shift_reminders.roles", "SELECT shift_reminders.rule_texts", "SELECT shift_reminders.rules",
            "SELECT shift_reminders.sandbox_behaviours", "SELECT shift_reminders.sandbox_pushes", "SELECT shift_reminders.sessions",
            "SELECT shift_reminders.settings",
            "INSERT, SELECT shift_reminders.data_protection_keys",
            "INSERT, SELECT, UPDATE shift_reminders.accounts",
            "DELETE, INSERT, SELECT shift_reminders.account_logins", "DELETE, INSERT, SELECT shift_reminders.account_roles",
            "DELETE, INSERT, SELECT, UPDATE shift_reminders.account_claims", "DELETE, INSERT, SELECT, UPDATE shift_reminders.account_passkeys",
            "DELETE, INSERT, SELECT, UPDATE shift_reminders.account_tokens",
            "DELETE, INSERT, SELECT, UPDATE shift_reminders.saved_views",
        ],
    };

    /// <summary>A query for what a role may do, also by column; a function has a line for each of its overloads.</summary>
    /// <param name="role">SQL that names it.</param>
    public static string QueryOf(string role) => $"""
        WITH ours AS (
          SELECT c.oid, CASE c.relkind WHEN 'S' THEN 'SELECT UPDATE USAGE'
                                       ELSE 'DELETE INSERT REFERENCES SELECT TRIGGER TRUNCATE UPDATE' END AS kinds
          FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
            AND (c.relnamespace = 'shift_reminders'::regnamespace OR c.relname ~ '^(scheduled_notifications|notification_pushes)'))
        SELECT string_agg(kind, ', ' ORDER BY kind) || ' ' || oid::regclass FROM ours, unnest(string_to_array(kinds, ' ')) AS kind
        WHERE CASE WHEN kinds LIKE '%USAGE' THEN has_sequence_privilege({role}, oid, kind)
                   WHEN kind IN ('DELETE', 'TRIGGER', 'TRUNCATE') THEN has_table_privilege({role}, oid, kind)
                   ELSE has_any_column_privilege({role}, oid, kind) END
        GROUP BY oid
        UNION ALL
        SELECT 'EXECUTE ' || p.oid::regproc FROM pg_proc p
        WHERE (p.pronamespace = 'shift_reminders'::regnamespace
            OR p.pronamespace = 'public'::regnamespace AND p.proname IN ('enqueue_due_shift_notifications', 'try_mark_notification_pushed'))
          AND has_function_privilege({role}, p.oid, 'EXECUTE')
        UNION ALL
        SELECT kind || ' shift_reminders' FROM unnest(ARRAY['CREATE', 'USAGE']) AS kind WHERE has_schema_privilege({role}, 'shift_reminders', kind)
        """;
}
