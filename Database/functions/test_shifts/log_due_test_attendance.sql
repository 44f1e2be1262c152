-- Logs the check-ins whose time has come; returns the seconds until the next one, NULL when none is left.
CREATE OR REPLACE FUNCTION shift_reminders.log_due_test_attendance() RETURNS double precision
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  moment timestamptz := shift_reminders.clock();
  due record;
BEGIN
  FOR due IN
    SELECT t.schedule_id, t.type, t.at, s.user_id
    FROM shift_reminders.test_attendance t JOIN shift_reminders.test_shifts s ON s.schedule_id = t.schedule_id
    WHERE t.logged_at IS NULL AND t.at <= moment ORDER BY t.at, t.schedule_id LIMIT 1000 FOR UPDATE OF t SKIP LOCKED
  LOOP
    BEGIN
      PERFORM shift_reminders.host_log_attendance(due.schedule_id, due.user_id, due.type, due.at);
      UPDATE shift_reminders.test_attendance t SET logged_at = moment WHERE t.schedule_id = due.schedule_id AND t.type = due.type;
    EXCEPTION WHEN OTHERS THEN
      -- The host refused it, perhaps because the shift is gone: it is not tried for ever.
      UPDATE shift_reminders.test_attendance t SET logged_at = moment, problem = SQLERRM
      WHERE t.schedule_id = due.schedule_id AND t.type = due.type;
    END;
  END LOOP;
  IF FOUND THEN PERFORM shift_reminders.notify_pages(moment); END IF;
  -- NULL when nothing waits; greatest() alone would make that 0, and the caller would come back at once for ever.
  RETURN (SELECT CASE WHEN count(*) > 0 THEN greatest(0, extract(epoch FROM min(t.at) - moment))::double precision END
          FROM shift_reminders.test_attendance t WHERE t.logged_at IS NULL);
END
$$;
