-- Rows may come with their ids (a restored or replicated database, an import), and leave the sequence that gives new ones
-- behind: every insert would fail. It looks before it writes.
CREATE OR REPLACE FUNCTION shift_reminders.heal_identities() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  one record;
  highest bigint;
BEGIN
  FOR one IN
    SELECT n.nspname AS in_schema, c.relname AS name, s.numbers::regclass AS numbers
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped
    CROSS JOIN LATERAL pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), 'id') AS s(numbers)
    WHERE c.relkind = 'r' AND s.numbers IS NOT NULL
      AND (n.nspname = 'shift_reminders' OR c.oid = 'public.scheduled_notifications'::regclass)
  LOOP
    EXECUTE format('SELECT max(id) FROM %I.%I', one.in_schema, one.name) INTO highest;
    IF highest > coalesce(pg_sequence_last_value(one.numbers), 0) THEN
      PERFORM setval(one.numbers, highest);
      RAISE WARNING 'The ids of %.% had got ahead of their sequence; it goes on after %.', one.in_schema, one.name, highest;
    END IF;
  END LOOP;
END
$$;
