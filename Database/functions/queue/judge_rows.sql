CREATE OR REPLACE FUNCTION shift_reminders.judge_rows(reminders public.scheduled_notifications[])
RETURNS TABLE (reminder public.scheduled_notifications, verdict text, live_anchor timestamptz, start_at timestamptz, end_at timestamptz,
               label text, time_zone text, display_name text, locale text)
-- One plan for good: a look-up per reminder is right for one and for a hundred thousand, and planning it anew for each
-- batch costs as much as a tenth of the batch.
LANGUAGE plpgsql STABLE ROWS 500 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT q, j.*
  FROM unnest(reminders) q
  LEFT JOIN shift_reminders.rules r ON r.notify_type = q.notify_type
  CROSS JOIN LATERAL shift_reminders.judge_one(
    q.schedule_id, q.user_id, q.anchor_at, q.although_checked_in, r.notify_type, r.enabled, r.anchor, r.skip_type) j;
END
$$;
