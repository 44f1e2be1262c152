-- Where a benchmark's people, phones and shifts come from. Tokens are as long as FCM's.
CREATE SCHEMA bench;
CREATE FUNCTION bench.person(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT md5('person ' || n)::uuid $$;
CREATE FUNCTION bench.token(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT 'bench-' || n || ':' || repeat(md5('token ' || n), 5) $$;
CREATE FUNCTION bench.add_people(how_many bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO public.profiles (id, full_name) SELECT bench.person(n), 'Person ' || n FROM generate_series(1, how_many) n;
  INSERT INTO public.fcm_tokens (user_id, token, platform) SELECT bench.person(n), bench.token(n), 'android' FROM generate_series(1, how_many) n;
$$;
-- One shift each; every one's reminder is due step after the one before.
CREATE FUNCTION bench.add_shifts(how_many bigint, first_due timestamptz, step interval) RETURNS void LANGUAGE sql AS $$
  INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at, label, time_zone)
  SELECT bench.person(n), first_due + (n - 1) * step + interval '15 minutes', first_due + (n - 1) * step + interval '8 hours',
         'Store ' || n % 100, 'Europe/Berlin'
  FROM generate_series(1, how_many) n
$$;
