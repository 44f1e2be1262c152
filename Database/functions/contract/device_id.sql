-- A device is known by the hash of its token, so that lists, logs and pages never hold the token itself.
-- No SET and no STRICT here, and decode instead of convert_to, which is not immutable: or PostgreSQL could not inline it
-- into the devices view.
CREATE OR REPLACE FUNCTION shift_reminders.device_id(token text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.decode(pg_catalog.replace(shift_reminders.trimmed_token(token), '\', '\\'), 'escape')), 'hex'), 32) $$;
