-- Reminders that wait by the rule follow it at once: the same rows as the preview counted.
CREATE OR REPLACE FUNCTION shift_reminders.apply_rule(kind text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE public.scheduled_notifications q
  SET scheduled_for = q.anchor_at - r.lead, next_attempt_at = q.anchor_at - r.lead, expires_at = q.anchor_at - r.lead + r.grace
  FROM shift_reminders.rules r
  WHERE r.notify_type = kind AND q.id IN (SELECT o.id FROM shift_reminders.open_reminders() o WHERE o.notify_type = kind)
    AND q.state = 'pending' AND q.attempt_count = 0 AND q.resent_by IS NULL
    AND (q.scheduled_for <> q.anchor_at - r.lead OR q.expires_at <> q.anchor_at - r.lead + r.grace)
$$;
