-- What came of each reminder that an act resent, by the generation that the act began: 'accepted', 'waiting', 'failed' (or expired)
-- or 'not_needed' (skipped, cancelled). 'again': it was resent once more, and counts for that act; 'replaced': something else began
-- the next generation before any device had accepted this one; 'forgotten': it is purged. act_id is the act's line in the audit.
CREATE OR REPLACE FUNCTION shift_reminders.act_reminders(act_id bigint)
RETURNS TABLE (reminder_id bigint, generation integer, outcome text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT l.reminder_id, l.generation, CASE
      WHEN q.id IS NULL THEN 'forgotten'
      WHEN EXISTS (SELECT 1 FROM shift_reminders.audit x WHERE x.reminder_id = l.reminder_id AND x.generation > l.generation) THEN 'again'
      WHEN q.generation > l.generation THEN CASE WHEN g.state = 'sent' THEN 'accepted' ELSE 'replaced' END
      WHEN q.state = 'sent' THEN 'accepted'
      WHEN q.state IN ('pending', 'sending') THEN 'waiting'
      WHEN q.state IN ('failed', 'expired') THEN 'failed'
      ELSE 'not_needed'
    END
  FROM shift_reminders.audit l
  LEFT JOIN public.scheduled_notifications q ON q.id = l.reminder_id
  LEFT JOIN shift_reminders.generations g ON g.reminder_id = l.reminder_id AND g.generation = l.generation
  WHERE (l.part_of = act_id OR l.id = act_id) AND l.reminder_id IS NOT NULL
$$;
