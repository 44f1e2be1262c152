-- Takes an admin's cancel back: the next generation, by the live shift, if it would still be useful.
CREATE OR REPLACE FUNCTION shift_reminders.uncancel_reminders(ids bigint[], actor text, why text)
RETURNS TABLE (reminder_id bigint, result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  q public.scheduled_notifications;
  rule shift_reminders.rules;
  live record;
  wanted bigint;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  FOR wanted IN SELECT DISTINCT i FROM unnest(ids) i ORDER BY i LOOP
    reminder_id := wanted;
    SELECT * INTO q FROM public.scheduled_notifications x WHERE x.id = wanted FOR UPDATE SKIP LOCKED;
    SELECT * INTO rule FROM shift_reminders.rules r WHERE r.notify_type = q.notify_type;
    SELECT * INTO live FROM shift_reminders.judge(ARRAY[wanted]);
    IF q.id IS NULL THEN
      result := 'busy'; sentence := 'It no longer exists, or somebody else is changing it just now.';
    ELSIF q.state = 'sending' AND q.pending_change->>'kind' = 'cancel' THEN
      result := 'ok';
      PERFORM shift_reminders.record_audit(actor, 'take back cancel', 'reminder ' || wanted, why,
        jsonb_build_object('state', q.state, 'cancel', q.pending_change), jsonb_build_object('state', q.state));
      UPDATE public.scheduled_notifications x SET pending_change = NULL WHERE x.id = wanted;
      sentence := 'It is being sent right now, and is tried again if no device accepts it.';
    ELSIF q.reason IS DISTINCT FROM 'cancelled_by_admin' THEN
      result := 'not_cancelled'; sentence := 'No admin cancelled it; it is ' || q.state || '.';
    ELSE
      result := 'ok';
      PERFORM shift_reminders.record_audit(actor, 'take back cancel', 'reminder ' || wanted, why,
        jsonb_build_object('state', q.state, 'reason', q.reason), jsonb_build_object('state', 'pending'));
      IF live.verdict IN ('deliver', 'moved') AND q.resent_by IS NOT NULL AND q.expires_at > at THEN
        -- A resend goes on as it was asked for: to the same devices, with the same overrides, for as long.
        PERFORM shift_reminders.begin_generation(ARRAY[wanted], ARRAY[live.live_anchor], ARRAY[at], ARRAY[q.expires_at],
          ARRAY['cancel taken back by ' || actor || ': ' || why], at, q.target, q.resent_by, q.although_checked_in, q.although_begun);
        sentence := 'It will be sent now.';
        PERFORM shift_reminders.hint('shift_reminders_due', '0');
      ELSIF live.verdict IN ('deliver', 'moved') AND shift_reminders.expires_at(live.live_anchor, rule.lead, rule.grace) > at THEN
        PERFORM shift_reminders.begin_generation(ARRAY[wanted], ARRAY[live.live_anchor], ARRAY[shift_reminders.due_at(live.live_anchor, rule.lead)],
          ARRAY[shift_reminders.expires_at(live.live_anchor, rule.lead, rule.grace)], ARRAY['cancel taken back by ' || actor || ': ' || why], at);
        sentence := 'It will be sent when it is due.';
        PERFORM shift_reminders.hint('shift_reminders_due', '0');
      ELSIF live.verdict NOT IN ('deliver', 'moved') THEN
        -- Something else stands in its way; when that clears, it re-arms like any other.
        UPDATE public.scheduled_notifications x SET state = r.state, reason = r.reason, processed_at = at
        FROM shift_reminders.reasons r WHERE x.id = wanted AND r.reason = live.verdict AND r.state <> 'pending'
        RETURNING r.sentence INTO sentence;
        sentence := 'Taken back, but it is not sent as things are: ' || sentence;
      ELSE
        -- Too late to be sent now, but no longer in the way of a later move of the shift.
        UPDATE public.scheduled_notifications x SET state = 'expired', reason = 'taken_back_too_late', processed_at = at WHERE x.id = wanted;
        sentence := 'Taken back, but it would no longer be useful; it is resent only on request.';
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
  PERFORM shift_reminders.notify_pages(at);
END
$$;
