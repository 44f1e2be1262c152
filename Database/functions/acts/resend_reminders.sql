CREATE OR REPLACE FUNCTION shift_reminders.resend_reminders(ids bigint[], target text, actor text, why text,
  although_checked_in boolean DEFAULT false, although_begun boolean DEFAULT false)
RETURNS TABLE (reminder_id bigint, result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  held bigint[];
  chosen record;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  IF resend_reminders.target NOT IN ('all', 'missing') THEN
    RAISE EXCEPTION 'Unknown target "%".', resend_reminders.target USING ERRCODE = 'SR002', HINT = 'all: every device; missing: those that did not get it.';
  END IF;
  SELECT coalesce(array_agg(l.id), '{}') INTO held FROM (
    SELECT q.id FROM public.scheduled_notifications q WHERE q.id = ANY (ids) ORDER BY q.id FOR UPDATE SKIP LOCKED) l;

  SELECT array_agg(j.reminder_id) AS judged_ids, array_agg(j.result) AS results, array_agg(j.sentence) AS sentences,
         array_agg(j.reminder_id) FILTER (WHERE j.result = 'ok') AS ids,
         array_agg(j.anchor_at) FILTER (WHERE j.result = 'ok') AS anchors,
         array_agg(at) FILTER (WHERE j.result = 'ok') AS dues,
         array_agg(j.expires_at) FILTER (WHERE j.result = 'ok') AS expiries,
         array_agg('resent by ' || actor || ': ' || why) FILTER (WHERE j.result = 'ok') AS whys
  INTO chosen
  FROM shift_reminders.judge_resend(held, resend_reminders.target, resend_reminders.although_checked_in, resend_reminders.although_begun, at) j;

  IF chosen.ids IS NOT NULL THEN
    PERFORM shift_reminders.record_resend(chosen.ids, actor, why, jsonb_build_object('target', resend_reminders.target,
      'although_checked_in', resend_reminders.although_checked_in, 'although_begun', resend_reminders.although_begun));
    PERFORM shift_reminders.begin_generation(chosen.ids, chosen.anchors, chosen.dues, chosen.expiries, chosen.whys, at,
      resend_reminders.target, actor, resend_reminders.although_checked_in, resend_reminders.although_begun);
    PERFORM shift_reminders.hint('shift_reminders_due', '0');
    PERFORM shift_reminders.notify_pages(at);
  END IF;
  RETURN QUERY
    SELECT i.id, coalesce(j.result, CASE WHEN q.id IS NULL THEN 'gone' ELSE 'busy' END),
      coalesce(j.sentence, CASE WHEN q.id IS NULL THEN 'This reminder no longer exists.' ELSE 'Somebody else is changing it just now; try again.' END)
    FROM unnest(ids) AS i(id)
    LEFT JOIN unnest(chosen.judged_ids, chosen.results, chosen.sentences) AS j(reminder_id, result, sentence) ON j.reminder_id = i.id
    LEFT JOIN public.scheduled_notifications q ON q.id = i.id;
END
$$;
