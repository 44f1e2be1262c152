-- Since when pushes to a platform fail, in one stretch: it ends when something was answered and then nothing failed for 30 s,
-- or when nothing failed for five minutes. NULL: they do not.
CREATE OR REPLACE FUNCTION shift_reminders.failing_since(of_channel text, of_platform text, at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  latest record;
BEGIN
  SELECT r.failing_since, r.last_failed_at, r.slot_at INTO latest FROM shift_reminders.channel_results r
  WHERE r.channel = of_channel AND r.platform = of_platform AND r.slot_at > at - interval '5 minutes' AND r.last_failed_at IS NOT NULL
  ORDER BY r.last_failed_at DESC LIMIT 1;
  IF latest.last_failed_at <= at - interval '30 seconds' AND EXISTS (
    SELECT FROM shift_reminders.channel_results r
    WHERE r.channel = of_channel AND r.platform = of_platform AND r.slot_at >= latest.slot_at AND r.last_answered_at > latest.last_failed_at) THEN
    RETURN NULL;
  END IF;
  RETURN latest.failing_since;
END
$$;
