CREATE OR REPLACE FUNCTION shift_reminders.notify_pages(at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE shift_reminders.page_notices n SET notified_at = at
  WHERE n.only_one = (SELECT o.only_one FROM shift_reminders.page_notices o
                      WHERE o.notified_at <= at - interval '1 second' OR o.notified_at > at FOR UPDATE SKIP LOCKED);
  IF FOUND THEN PERFORM shift_reminders.hint('shift_reminders_changed', ''); END IF;
END
$$;
