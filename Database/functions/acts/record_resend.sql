-- The lines of a resend, before its generations begin: one for each reminder, and above several one for the whole act.
CREATE OR REPLACE FUNCTION shift_reminders.record_resend(ids bigint[], actor text, why text, wishes jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  whole bigint;
BEGIN
  IF cardinality(ids) > 1 THEN
    whole := shift_reminders.record_audit(actor, 'resend', cardinality(ids) || ' reminders', why, NULL, wishes);
  END IF;
  INSERT INTO shift_reminders.audit (at, actor, act, subject, why, before, after, part_of, reminder_id, generation)
  SELECT shift_reminders.clock(), record_resend.actor, 'resend', 'reminder ' || q.id, btrim(record_resend.why),
    jsonb_build_object('state', q.state, 'reason', q.reason, 'generation', q.generation),
    jsonb_build_object('state', 'pending', 'generation', q.generation + 1) || wishes, whole, q.id, q.generation + 1
  FROM public.scheduled_notifications q WHERE q.id = ANY (ids) ORDER BY q.id;
END
$$;
