-- NOTIFY fails at COMMIT when its queue is full, for which one session that listens and never reads is enough; it would take
-- along what the transaction has recorded. A hint is not worth that: pages and processors look unasked, too.
CREATE OR REPLACE FUNCTION shift_reminders.hint(channel text, payload text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF pg_notification_queue_usage() < 0.9 THEN PERFORM pg_notify(channel, payload); END IF;
END
$$;
