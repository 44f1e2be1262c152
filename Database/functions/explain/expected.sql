-- Shifts whose start or end lies in the range (or the one shift), each with every rule. standing says what a reminder
-- that does not exist is about: expected, missing, purged, not_watched (before the first tick, or before the rule), or the
-- reason why none is due. A reminder of an earlier time does not stand for one that is still to come.
DROP FUNCTION IF EXISTS shift_reminders.expected(timestamptz, timestamptz, bigint);
CREATE OR REPLACE FUNCTION shift_reminders.expected(from_at timestamptz, to_at timestamptz, only_shift bigint DEFAULT NULL)
RETURNS TABLE (schedule_id bigint, user_id uuid, notify_type text, start_at timestamptz, end_at timestamptz, is_active boolean,
  label text, time_zone text, anchor_at timestamptz, due_at timestamptz, expires_at timestamptz, attended_at timestamptz,
  reminder_id bigint, state text, reason text, accepted_at timestamptz, standing text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  ahead interval := shift_reminders.setting('look_ahead')::interval;
  zone text := shift_reminders.setting('site_time_zone');
  watched timestamptz := shift_reminders.setting('watching_since')::timestamptz;
  purged timestamptz := shift_reminders.setting('purged_before')::timestamptz;
  is_paused boolean := shift_reminders.paused(at);
BEGIN
  RETURN QUERY
    SELECT s.schedule_id::bigint, s.user_id, r.notify_type, s.start_at, s.end_at, s.is_active, s.label, coalesce(s.time_zone, zone),
      a.anchor, a.due, a.expiry, l.logged_at, q.id, q.state, q.reason, q.accepted_at,
      CASE
        WHEN q.id IS NULL THEN v.standing
        WHEN q.anchor_at <> a.anchor AND q.state <> 'sending' AND q.reason IS DISTINCT FROM 'cancelled_by_admin'
          AND a.expiry > at AND v.standing IN ('expected', 'missing') THEN v.standing
        ELSE q.state
      END
    FROM (
      SELECT * FROM shift_reminders.shifts x WHERE only_shift IS NULL AND x.start_at >= from_at AND x.start_at < to_at
      UNION ALL
      SELECT * FROM shift_reminders.shifts x WHERE only_shift IS NULL AND x.end_at >= from_at AND x.end_at < to_at
        AND (x.start_at >= from_at AND x.start_at < to_at) IS NOT TRUE
      UNION ALL
      SELECT * FROM shift_reminders.shifts x WHERE x.schedule_id = only_shift) s
    LEFT JOIN LATERAL (SELECT x.reminders_off FROM shift_reminders.people x WHERE x.user_id = s.user_id LIMIT 1) p ON true
    CROSS JOIN shift_reminders.rules r
    CROSS JOIN LATERAL (
      SELECT x.anchor, shift_reminders.due_at(x.anchor, r.lead) AS due, shift_reminders.expires_at(x.anchor, r.lead, r.grace) AS expiry
      FROM (SELECT shift_reminders.anchor_of(r.anchor, s.start_at, s.end_at) AS at) y
      CROSS JOIN LATERAL (SELECT CASE WHEN shift_reminders.shift_fault(true, y.at, y.at, y.at) IS NULL THEN y.at END AS anchor) x) a
    LEFT JOIN public.scheduled_notifications q ON q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = r.notify_type
    LEFT JOIN LATERAL (
      SELECT true AS found, min(t.logged_at) AS logged_at FROM shift_reminders.attendance t
      WHERE t.schedule_id = s.schedule_id AND t.type = r.skip_type AND shift_reminders.logged_for(t.user_id, s.user_id)
      HAVING count(*) > 0) l ON true
    CROSS JOIN LATERAL (SELECT shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, a.anchor) AS fault) f
    CROSS JOIN LATERAL (
      SELECT CASE
        WHEN s.user_id IS NULL THEN 'unassigned'
        WHEN NOT r.enabled THEN 'rule_disabled'
        WHEN f.fault IS NOT NULL THEN f.fault
        WHEN l.found AND (a.expiry > at OR shift_reminders.logged_in_time(l.logged_at, a.expiry)) THEN shift_reminders.attended_reason(r.skip_type)
        WHEN p.reminders_off THEN 'opted_out'
        WHEN a.due > at + ahead THEN 'expected'
        WHEN a.due < purged THEN 'purged'
        WHEN a.expiry <= least(at, greatest(watched, r.watched_since)) THEN 'not_watched'
        -- One tick may pass before a reminder that has just come into the window is queued.
        WHEN a.due > at THEN 'expected'
        -- Nothing is queued in a pause; what outlives it is entered as expired.
        WHEN is_paused AND a.expiry > at THEN 'expected'
        ELSE 'missing'
      END AS standing) v;
END
$$;
