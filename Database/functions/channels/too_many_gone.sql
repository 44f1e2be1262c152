-- Whether more than half of the last 20 or more devices were called gone: that is not people uninstalling the app, but a
-- configuration fault. It raises the alarm, and takes back who was listed as dead by it.
CREATE OR REPLACE FUNCTION shift_reminders.too_many_gone(of_channel text, outcomes text[], at timestamptz) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  known shift_reminders.channels;
  history text;
  too_many boolean;
BEGIN
  SELECT * INTO known FROM shift_reminders.channels c WHERE c.channel = of_channel;
  history := right(known.recent || coalesce(
    (SELECT string_agg(CASE o WHEN 'accepted' THEN 'a' ELSE 'g' END, '') FROM unnest(outcomes) o WHERE o IN ('accepted', 'gone')), ''), 40);
  too_many := length(history) >= 20 AND length(replace(history, 'a', '')) * 2 > length(history);
  UPDATE shift_reminders.channels c SET
    recent = history,
    alarm = CASE WHEN too_many THEN 'More than half of the last ' || length(history)
      || ' devices were called gone: look for a configuration fault. No device is listed as dead meanwhile.' END,
    alarm_since = CASE WHEN too_many THEN coalesce(c.alarm_since, at) END
  WHERE c.channel = of_channel;
  IF too_many AND known.alarm IS NULL THEN
    DELETE FROM shift_reminders.dead_devices d WHERE d.channel = of_channel AND d.died_at > at - interval '1 hour';
  END IF;
  RETURN too_many;
END
$$;
