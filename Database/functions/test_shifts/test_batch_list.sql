-- The newest batches, each with how many of its reminders are in which state right now.
CREATE OR REPLACE FUNCTION shift_reminders.test_batch_list(most integer)
RETURNS TABLE (id bigint, created_at timestamptz, created_by text, why text, plan jsonb, shifts integer,
               removed_at timestamptz, removed_by text, outcome jsonb, check_ins_ahead integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT b.id, b.created_at, b.created_by, b.why, b.plan, b.shifts, b.removed_at, b.removed_by,
    coalesce(b.outcome, (
      SELECT jsonb_object_agg(c.state, c.n) FROM (
        SELECT q.state, count(*) AS n FROM shift_reminders.test_shifts s
        JOIN public.scheduled_notifications q ON q.schedule_id = s.schedule_id
        WHERE s.batch_id = b.id GROUP BY q.state) c), '{}'),
    (SELECT count(*)::integer FROM shift_reminders.test_shifts s
     JOIN shift_reminders.test_attendance a ON a.schedule_id = s.schedule_id WHERE s.batch_id = b.id AND a.logged_at IS NULL)
  FROM shift_reminders.test_batches b ORDER BY b.id DESC LIMIT least(most, 200)
$$;
