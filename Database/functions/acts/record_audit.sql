-- The way into the audit, beside record_resend, called in the transaction of the act: what was rolled back was not done.
CREATE OR REPLACE FUNCTION shift_reminders.record_audit(
  actor text, act text, subject text, why text DEFAULT NULL, before jsonb DEFAULT NULL, after jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO shift_reminders.audit (at, actor, act, subject, why, before, after)
  VALUES (shift_reminders.clock(), record_audit.actor, record_audit.act, record_audit.subject,
          NULLIF(pg_catalog.btrim(record_audit.why), ''), record_audit.before, record_audit.after)
  RETURNING id
$$;
