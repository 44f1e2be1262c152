-- The columns of the host that we use where they are: what each is for, which one is used (used), and which one would be
-- if its type could serve (left_out, as "table.column (type)"). Both are NULL where the host has none.
CREATE OR REPLACE FUNCTION shift_reminders.optional_host_columns() RETURNS TABLE (purpose text, used text, left_out text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT w.purpose, (array_agg(quote_ident(f.name) ORDER BY f.place) FILTER (WHERE f.serves))[1],
    (array_agg(format('%s.%s (%s)', w.host_table, f.name, f.type) ORDER BY f.place) FILTER (WHERE NOT f.serves))[1]
  FROM (VALUES
    ('status of a shift',            to_regclass('public.duty_schedules'),  'words',  ARRAY['status']),
    ('removal of a shift',           to_regclass('public.duty_schedules'),  'day',    ARRAY['deleted_at']),
    ('label of a shift',             to_regclass('public.duty_schedules'),  'label',  ARRAY['label', 'title', 'name']),
    ('time zone of a shift',         to_regclass('public.duty_schedules'),  'words',  ARRAY['time_zone', 'timezone']),
    ('person of a check-in',         to_regclass('public.attendance_logs'), 'uuid',   ARRAY['user_id']),
    ('time of a check-in',           to_regclass('public.attendance_logs'), 'moment', ARRAY['logged_at', 'created_at']),
    ('removal of a check-in',        to_regclass('public.attendance_logs'), 'day',    ARRAY['deleted_at', 'voided_at']),
    ('platform of a phone',          to_regclass('public.fcm_tokens'),      'words',  ARRAY['platform', 'device_type', 'os']),
    ('age of a phone''s registration', to_regclass('public.fcm_tokens'),    'moment', ARRAY['updated_at', 'last_seen_at', 'created_at']),
    ('name of a person',             shift_reminders.people_table(),        'label',  ARRAY['display_name', 'full_name', 'name']),
    ('locale of a person',           shift_reminders.people_table(),        'words',  ARRAY['locale', 'language']),
    ('wish for no reminders',        shift_reminders.people_table(),        'flag',   ARRAY['reminders_off']),
    ('leave of a person',            shift_reminders.people_table(),        'flag',   ARRAY['on_leave'])) AS w(purpose, host_table, kind, names)
  LEFT JOIN LATERAL (
    SELECT n.place, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
      CASE w.kind WHEN 'words' THEN t.typcategory IN ('S', 'E')
                  WHEN 'label' THEN t.typcategory IN ('S', 'E', 'N')
                  WHEN 'flag' THEN b.base = 'boolean'::regtype
                  WHEN 'uuid' THEN b.base = 'uuid'::regtype
                  WHEN 'moment' THEN b.base IN ('timestamptz'::regtype, 'timestamp'::regtype)
                  ELSE b.base IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) END AS serves
    FROM unnest(w.names) WITH ORDINALITY AS n(name, place)
    JOIN pg_attribute a ON a.attrelid = w.host_table AND a.attname = n.name AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (SELECT CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END AS base) b) f ON true
  GROUP BY w.purpose
$$;
