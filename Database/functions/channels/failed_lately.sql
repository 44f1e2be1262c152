-- Whether a push failed within the last five minutes: only then is it counted what succeeds.
CREATE OR REPLACE FUNCTION shift_reminders.failed_lately(of_channel text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM shift_reminders.channel_results r WHERE r.channel = of_channel AND r.slot_at > at - interval '5 minutes' AND r.failed > 0);
END
$$;
