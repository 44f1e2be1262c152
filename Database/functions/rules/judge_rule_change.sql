-- What a rule as given would do to the reminders that wait by it now. The preview shows this, and the act does it.
-- effect: unchanged | moved (its due time or expiry changes) | due_now (it would be due at once) | expired | cancelled
CREATE OR REPLACE FUNCTION shift_reminders.judge_rule_change(kind text, new_lead interval, new_grace interval, new_enabled boolean)
RETURNS TABLE (reminder_id bigint, effect text, old_due timestamptz, new_due timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT q.id,
    CASE
      WHEN NOT new_enabled THEN 'cancelled'
      WHEN q.scheduled_for = n.due AND q.expires_at = n.expiry THEN 'unchanged'
      WHEN n.expiry <= c.at THEN 'expired'
      WHEN n.due <= c.at AND q.scheduled_for > c.at THEN 'due_now'
      ELSE 'moved'
    END,
    q.scheduled_for, n.due
  FROM shift_reminders.open_reminders() q
  CROSS JOIN (SELECT shift_reminders.clock() AS at) c
  CROSS JOIN LATERAL (SELECT shift_reminders.due_at(q.anchor_at, new_lead) AS due, shift_reminders.expires_at(q.anchor_at, new_lead, new_grace) AS expiry) n
  WHERE q.notify_type = kind AND shift_reminders.follows_rule(q)
$$;
