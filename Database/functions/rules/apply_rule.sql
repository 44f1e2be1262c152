DROP FUNCTION IF EXISTS shift_reminders.apply_rule(text);
-- An edited rule reaches the reminders that wait by it. Returns whether it reached all of them: what another session holds
-- just now is passed over.
CREATE OR REPLACE FUNCTION shift_reminders.apply_rule(rule shift_reminders.rules) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  -- Looked up by itself: as a join without statistics it compared every waiting reminder with every other.
  behind bigint[] := ARRAY(SELECT b.id FROM shift_reminders.behind_rule(rule) b);
  reached integer;
BEGIN
  UPDATE public.scheduled_notifications q SET
    scheduled_for = shift_reminders.due_at(q.anchor_at, rule.lead), next_attempt_at = shift_reminders.due_at(q.anchor_at, rule.lead),
    expires_at = shift_reminders.expires_at(q.anchor_at, rule.lead, rule.grace)
  -- ARRAY, so that they are locked once: without statistics IN became a join that locked all of them anew for each.
  WHERE q.id = ANY (ARRAY(
      SELECT o.id FROM public.scheduled_notifications o WHERE o.id = ANY (behind) ORDER BY o.id FOR UPDATE SKIP LOCKED))
    AND shift_reminders.follows_rule(q);
  GET DIAGNOSTICS reached = ROW_COUNT;
  RETURN reached = cardinality(behind);
END
$$;
