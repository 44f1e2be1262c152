-- Counts what the channel answered, platform by platform. A device that is gone and a message that is rejected are answers too.
CREATE OR REPLACE FUNCTION shift_reminders.count_results(
  of_channel text, device_ids text[], platforms text[], outcomes text[], details text[], latencies_ms integer[], at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO shift_reminders.channel_results AS r (channel, platform, slot_at, session, failed, answered, failing_since, last_failed_at,
    last_answered_at, first_device, last_device, reason)
  SELECT of_channel, n.platform, date_bin(interval '10 seconds', at, 'epoch'), pg_backend_pid(), n.failed, n.answered,
    -- A push that was not answered in time has failed from when it was handed over.
    CASE WHEN n.failed > 0 THEN coalesce(shift_reminders.failing_since(of_channel, n.platform, at), at - n.waited * interval '1 millisecond') END,
    CASE WHEN n.failed > 0 THEN at END, CASE WHEN n.answered > 0 THEN at END, n.first_device, n.last_device, n.reason
  FROM (
    SELECT coalesce(d.platform, '') AS platform, count(*) FILTER (WHERE d.fails) AS failed, count(*) FILTER (WHERE NOT d.fails) AS answered,
      coalesce(max(d.ms) FILTER (WHERE d.fails), 0) AS waited, min(d.id) FILTER (WHERE d.fails) AS first_device,
      max(d.id) FILTER (WHERE d.fails) AS last_device, left(min(d.detail) FILTER (WHERE d.fails), 300) AS reason
    FROM (
      SELECT x.id, x.platform, x.detail, x.ms, x.outcome IN ('transient', 'unknown') AS fails
      FROM unnest(device_ids, platforms, outcomes, details, latencies_ms) AS x(id, platform, outcome, detail, ms)
      WHERE x.outcome IN ('transient', 'unknown', 'accepted', 'gone', 'mismatch', 'rejected')) d
    GROUP BY 1) n
  ON CONFLICT (channel, slot_at, platform, session) DO UPDATE SET
    failed = r.failed + excluded.failed,
    answered = r.answered + excluded.answered,
    failing_since = least(r.failing_since, excluded.failing_since),
    last_failed_at = greatest(r.last_failed_at, excluded.last_failed_at),
    last_answered_at = greatest(r.last_answered_at, excluded.last_answered_at),
    first_device = least(r.first_device, excluded.first_device),
    last_device = greatest(r.last_device, excluded.last_device),
    reason = coalesce(excluded.reason, r.reason);
END
$$;
