CREATE OR REPLACE FUNCTION shift_reminders.cancel_reminders(ids bigint[], actor text, why text)
RETURNS TABLE (reminder_id bigint, result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  q public.scheduled_notifications;
  wanted bigint;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  FOR wanted IN SELECT DISTINCT i FROM unnest(ids) i ORDER BY i LOOP
    reminder_id := wanted;
    SELECT * INTO q FROM public.scheduled_notifications x WHERE x.id = wanted FOR UPDATE SKIP LOCKED;
    IF q.id IS NULL THEN
      result := CASE WHEN EXISTS (SELECT 1 FROM public.scheduled_notifications x WHERE x.id = wanted) THEN 'busy' ELSE 'gone' END;
      sentence := CASE result WHEN 'busy' THEN 'Somebody else is changing it just now; try again.' ELSE 'This reminder no longer exists.' END;
    ELSIF q.state IN ('sent', 'expired') OR q.reason = 'cancelled_by_admin' THEN
      result := 'already_' || q.state;
      sentence := 'It is already ' || q.state || '.';
    ELSE
      IF q.state = 'sending' THEN
        -- The push may be on its way; recording it decides whether there is still anything to cancel.
        UPDATE public.scheduled_notifications x SET pending_change = jsonb_build_object('kind', 'cancel', 'by', actor, 'why', why) WHERE x.id = wanted;
        sentence := 'It is being sent right now; if no device accepts it, it is not tried again.';
      ELSE
        UPDATE public.scheduled_notifications x SET
          state = CASE WHEN x.accepted_at IS NULL THEN 'cancelled' ELSE 'sent' END,
          reason = CASE WHEN x.accepted_at IS NULL THEN 'cancelled_by_admin' ELSE 'partial' END,
          processed = true, processed_at = at, last_error = coalesce(x.last_error, why)
        WHERE x.id = wanted;
        DELETE FROM public.notification_pushes p WHERE p.notification_id IN (
          SELECT m.notification_id FROM public.notification_pushes m
          WHERE m.notification_id = shift_reminders.notification_id(q.schedule_id, q.user_id, q.notify_type)
            AND m.reminder_id = wanted AND shift_reminders.mark_state(m) = 'in_flight'
            AND NOT shift_reminders.may_have_arrived(wanted, q.generation) FOR UPDATE SKIP LOCKED);
        sentence := 'Cancelled.';
      END IF;
      result := 'ok';
      PERFORM shift_reminders.record_audit(actor, 'cancel', 'reminder ' || wanted, why,
        jsonb_build_object('state', q.state, 'reason', q.reason, 'generation', q.generation), jsonb_build_object('state', 'cancelled'));
    END IF;
    RETURN NEXT;
  END LOOP;
  PERFORM shift_reminders.notify_pages(at);
END
$$;
