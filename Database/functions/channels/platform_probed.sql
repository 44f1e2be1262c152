CREATE OR REPLACE FUNCTION shift_reminders.platform_probed(channel text, platform text, ok boolean, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
BEGIN
  IF ok THEN
    DELETE FROM shift_reminders.channel_platforms p WHERE p.channel = platform_probed.channel AND p.platform = platform_probed.platform;
    UPDATE public.scheduled_notifications q SET next_attempt_at = greatest(at, q.scheduled_for)
    WHERE q.id IN (SELECT o.id FROM public.scheduled_notifications o
                   WHERE NOT o.processed AND o.state = 'pending' AND o.reason = 'platform_paused' AND o.next_attempt_at > at ORDER BY o.id FOR UPDATE SKIP LOCKED);
    PERFORM shift_reminders.hint('shift_reminders_due', '0');
  ELSE
    UPDATE shift_reminders.channel_platforms p SET last_probe_at = at, reason = coalesce(platform_probed.reason, p.reason)
    WHERE p.channel = platform_probed.channel AND p.platform = platform_probed.platform;
  END IF;
END
$$;
