-- ended_unsent(reason): the state of a reminder that ended otherwise than sent. An index on the state itself would have to be
-- written by every claim; this one stands on the reason. Function and index are made of the table of reasons, so that neither
-- can lack one. A string body, so that it is inlined to the very expression of the index.
DO $$
DECLARE
  states text := (
    SELECT string_agg(format('WHEN reason IN (%s) THEN %L', x.reasons, x.state), ' ' ORDER BY x.state)
    FROM (SELECT r.state, string_agg(quote_literal(r.reason), ', ' ORDER BY r.reason) AS reasons
          FROM shift_reminders.reasons r WHERE r.state NOT IN ('pending', 'sent') GROUP BY r.state) x);
  known CONSTANT text := 'ended_unsent, as of ' || md5(states);
BEGIN
  EXECUTE format($make$
CREATE OR REPLACE FUNCTION shift_reminders.ended_unsent(reason text) RETURNS text
LANGUAGE sql IMMUTABLE AS %L
$make$, format('SELECT CASE %s END', states));
  -- Built anew only when a reason has come or gone: the table may be large.
  IF obj_description('public.scheduled_notifications_exception'::regclass, 'pg_class') IS DISTINCT FROM known THEN
    DROP INDEX public.scheduled_notifications_exception;
    EXECUTE format('CREATE INDEX scheduled_notifications_exception ON public.scheduled_notifications ((CASE %s END), scheduled_for DESC, id DESC)
      WHERE processed AND reason <> ''accepted''', states);
    EXECUTE format('COMMENT ON INDEX public.scheduled_notifications_exception IS %L', known);
  END IF;
END
$$;
