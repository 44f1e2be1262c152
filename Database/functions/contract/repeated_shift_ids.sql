-- How many ids name more than one shift (with a contract of your own: more than one of a person), among those of the last day and
-- the next week, and one of them. No row: the shifts cannot be read, which check says elsewhere.
CREATE OR REPLACE FUNCTION shift_reminders.repeated_shift_ids() RETURNS TABLE (ids bigint, example bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  is_custom boolean := shift_reminders.setting('host_contract') = 'custom';
BEGIN
  RETURN QUERY
    SELECT count(*), min(r.schedule_id)::bigint FROM (
      SELECT s.schedule_id FROM shift_reminders.shifts s
      WHERE s.start_at > at - interval '1 day' AND s.start_at < at + interval '7 days'
      GROUP BY s.schedule_id, CASE WHEN is_custom THEN s.user_id END HAVING count(*) > 1) r;
EXCEPTION WHEN OTHERS THEN
  RETURN;
END
$$;
