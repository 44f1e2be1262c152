-- Removes the shifts and all that came of them. What is being sent at this moment stays, and is counted as kept.
CREATE OR REPLACE FUNCTION shift_reminders.remove_test_batch(batch bigint, actor text, why text)
RETURNS TABLE (shifts integer, reminders integer, kept integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  removed shift_reminders.test_batches;
  shift_ids bigint[];
  ids bigint[];
  nids text[];
  counted jsonb;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  SELECT * INTO removed FROM shift_reminders.test_batches b WHERE b.id = batch FOR UPDATE;
  IF removed.id IS NULL OR removed.removed_at IS NOT NULL THEN
    RAISE EXCEPTION 'There is no test batch %, or it was removed already.', batch USING ERRCODE = 'SR002', HINT = 'Load the page again.';
  END IF;
  SELECT coalesce(array_agg(s.schedule_id), '{}') INTO shift_ids FROM shift_reminders.test_shifts s WHERE s.batch_id = batch;
  shifts := shift_reminders.host_remove_shifts(shift_ids);

  SELECT jsonb_object_agg(c.state, c.n) INTO counted FROM (
    SELECT q.state, count(*) AS n FROM public.scheduled_notifications q WHERE q.schedule_id = ANY (shift_ids) GROUP BY q.state) c;
  SELECT coalesce(array_agg(l.id), '{}'), array_agg(shift_reminders.notification_id(l.schedule_id, l.user_id, l.notify_type)) INTO ids, nids FROM (
    SELECT q.* FROM public.scheduled_notifications q
    WHERE q.schedule_id = ANY (shift_ids) AND q.state <> 'sending' ORDER BY q.id FOR UPDATE SKIP LOCKED) l;
  DELETE FROM shift_reminders.attempts a WHERE a.reminder_id = ANY (ids);
  DELETE FROM shift_reminders.generations g WHERE g.reminder_id = ANY (ids);
  DELETE FROM public.notification_pushes p WHERE p.notification_id = ANY (nids);
  DELETE FROM shift_reminders.sandbox_pushes p USING shift_reminders.test_shifts s
  WHERE s.batch_id = batch AND p.user_id = s.user_id AND p.notification_id = ANY (nids);
  DELETE FROM public.scheduled_notifications q WHERE q.id = ANY (ids);
  reminders := cardinality(ids);
  SELECT count(*)::integer INTO kept FROM public.scheduled_notifications q WHERE q.schedule_id = ANY (shift_ids);

  DELETE FROM shift_reminders.test_shifts s WHERE s.batch_id = batch;
  UPDATE shift_reminders.test_batches b SET removed_at = at, removed_by = actor, outcome = coalesce(counted, '{}') WHERE b.id = batch;
  PERFORM shift_reminders.record_audit(actor, 'remove test shifts', 'test batch ' || batch, why,
    removed.plan || jsonb_build_object('outcome', counted), NULL);
  PERFORM shift_reminders.notify_pages(at);
  RETURN NEXT;
END
$$;
