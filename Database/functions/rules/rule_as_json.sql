-- What the audit keeps of a rule.
CREATE OR REPLACE FUNCTION shift_reminders.rule_as_json(kind text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT to_jsonb(r) - 'updated_at' - 'updated_by' - 'watched_since' || jsonb_build_object('texts', (
    SELECT jsonb_object_agg(t.locale, jsonb_build_object('title', t.title, 'body', t.body))
    FROM shift_reminders.rule_texts t WHERE t.notify_type = r.notify_type))
  FROM shift_reminders.rules r WHERE r.notify_type = kind
$$;
