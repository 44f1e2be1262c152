-- The settings that admins change in the portal, in the order in which it shows them. kind: zone (an IANA name), locale, switch (on or off),
-- or span (a number and a unit) between shortest and longest. The other settings are kept by the program itself, or belong to migrate.
CREATE OR REPLACE FUNCTION shift_reminders.settable()
RETURNS TABLE (place integer, key text, kind text, shortest text, longest text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
  VALUES
    (1, 'site_time_zone', 'zone', NULL, NULL),
    (2, 'site_locale', 'locale', NULL, NULL),
    -- Ticks come each minute: with less, a reminder could enter the queue after it is due.
    (3, 'look_ahead', 'span', '75 seconds', '15 minutes'),
    (4, 'delete_dead_host_tokens', 'switch', NULL, NULL),
    (5, 'keep_reminders', 'span', '7 days', '3650 days'),
    (6, 'keep_runs', 'span', '1 day', '365 days'),
    (7, 'keep_dead_devices', 'span', '30 days', '3650 days'),
    (8, 'keep_sandbox', 'span', '1 hour', '365 days'),
    (9, 'keep_sessions', 'span', '1 day', '365 days')
$$;
