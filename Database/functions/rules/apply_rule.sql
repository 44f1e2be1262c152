DROP FUNCTION IF EXISTS shift_reminders.apply_rule(text);
-- An edited rule reaches the reminders that wait by it. Returns whether it reached all of them: what another session holds
-- just now is passed over.
CREATE OR REPLACE FUNCTION shift_reminders.apply_rule(rule shift_reminders.rules) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE public.scheduled_notifications q SET
    scheduled_for = shift_reminders.due_at(q.anchor_at, rule.lead), next_attempt_at = shift_reminders.due_at(q.anchor_at, rule.lead),
    expires_at = shift_reminders.expires_at(q.anchor_at, rule.lead, rule.grace)
  -- ARRAY, so that they are locked once: without statistics IN became a join that locked all of them anew for each.
  WHERE q.id = ANY (ARRAY(
    SELECT o.id FROM public.scheduled_notifications o WHERE o.id IN (SELECT b.id FROM shift_reminders.behind_rule(rule) b)
    ORDER BY o.id FOR UPDATE OF o SKIP LOCKED));
  RETURN NOT EXISTS (SELECT 1 FROM shift_reminders.behind_rule(rule));
END
$$;
