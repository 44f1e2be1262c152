-- One row per effect with up to five examples, and one row 'fresh': shifts that the rule newly reaches at the next tick.
CREATE OR REPLACE FUNCTION shift_reminders.preview_rule(kind text, new_anchor text, new_lead interval, new_grace interval, new_skip_type text, new_enabled boolean)
RETURNS TABLE (effect text, reminders integer, examples text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
  at timestamptz := shift_reminders.clock();
  ahead interval := shift_reminders.setting('look_ahead')::interval;
BEGIN
  RETURN QUERY
    SELECT j.effect, count(*)::integer, jsonb_agg(j.example ORDER BY j.old_due) FILTER (WHERE j.place <= 5)::text
    FROM (
      SELECT x.effect, x.old_due, row_number() OVER (PARTITION BY x.effect ORDER BY x.old_due, x.reminder_id) AS place,
        jsonb_build_object('reminder', x.reminder_id, 'shift', q.schedule_id, 'person', p.display_name, 'old', x.old_due, 'new', x.new_due) AS example
      FROM shift_reminders.judge_rule_change(kind, shift_reminders.in_hours(new_lead), shift_reminders.in_hours(new_grace), new_enabled) x
      JOIN public.scheduled_notifications q ON q.id = x.reminder_id
      LEFT JOIN LATERAL (SELECT y.display_name FROM shift_reminders.people y WHERE y.user_id = q.user_id LIMIT 1) p ON true) j
    GROUP BY j.effect;

  IF new_enabled THEN
    RETURN QUERY EXECUTE format($sql$
      SELECT 'fresh', count(*)::integer, (jsonb_agg(jsonb_build_object('shift', f.schedule_id, 'person', f.display_name, 'new', f.due) ORDER BY f.due)
                                          FILTER (WHERE f.place <= 5))::text
      FROM (
        SELECT s.schedule_id, p.display_name, shift_reminders.due_at(s.%1$I, $1) AS due, row_number() OVER (ORDER BY s.%1$I, s.schedule_id) AS place
        FROM shift_reminders.shifts s
        LEFT JOIN LATERAL (SELECT y.display_name, y.reminders_off FROM shift_reminders.people y WHERE y.user_id = s.user_id LIMIT 1) p ON true
        WHERE s.%1$I > shift_reminders.anchor_due_at($3 - $2, $1) AND s.%1$I <= shift_reminders.anchor_due_at($3 + $4, $1)
          AND shift_reminders.shift_fault(s.is_active, s.start_at, s.end_at, s.%1$I) IS NULL
          -- What the stored rule reaches anyway is no effect of saving.
          AND NOT EXISTS (SELECT 1 FROM shift_reminders.rules r WHERE r.notify_type = $5 AND r.enabled
                          AND s.%1$I > shift_reminders.anchor_due_at($3 - r.grace, r.lead) AND s.%1$I <= shift_reminders.anchor_due_at($3 + $4, r.lead))
          AND s.user_id IS NOT NULL AND NOT coalesce(p.reminders_off, false)
          AND NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q
                          WHERE q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = $5)
          AND NOT EXISTS (SELECT 1 FROM shift_reminders.attendance a WHERE a.schedule_id = s.schedule_id AND a.type = $6
                          AND shift_reminders.logged_for(a.user_id, s.user_id))) f
      HAVING count(*) > 0 $sql$, CASE new_anchor WHEN 'end' THEN 'end_at' ELSE 'start_at' END)
      USING shift_reminders.in_hours(new_lead), shift_reminders.in_hours(new_grace), at, ahead, kind, new_skip_type;
  END IF;
END
$$;
