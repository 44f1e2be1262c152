-- Up to look due reminders that nobody else holds, in due order: fresh ones, or those that wait for a reason.
-- No sort: while the statistics know nothing of a burst, another index and a sort seem as good, and that sorts the backlog
-- for every claim.
CREATE OR REPLACE FUNCTION shift_reminders.lock_due(waiting boolean, look integer, at timestamptz) RETURNS public.scheduled_notifications[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_sort = off
AS $$
DECLARE
  locked public.scheduled_notifications[];
BEGIN
  -- EXECUTE plans for these very numbers: a generic plan for LIMIT $n expects a tenth of the table, and scans it.
  EXECUTE format($sql$
    SELECT array_agg(c.q) FROM (
      SELECT q FROM public.scheduled_notifications q
      WHERE NOT q.processed AND %s AND q.next_attempt_at <= $1 AND q.expires_at > $1 AND q.state = 'pending'
      ORDER BY %s, q.expires_at, q.id LIMIT %s FOR UPDATE SKIP LOCKED) c
    $sql$,
    -- The second condition says nothing new (no attempt is due before its reminder), but ends the look through the index.
    CASE WHEN waiting THEN 'q.reason IS NOT NULL' ELSE 'q.reason IS NULL AND q.scheduled_for <= $1' END,
    CASE WHEN waiting THEN 'q.next_attempt_at' ELSE 'q.scheduled_for' END, look) INTO locked USING at;
  RETURN locked;
END
$$;
