-- Demo people, devices and shifts around the present moment. Safe to run again: each run adds what the passing of time
-- has made missing, and a few shifts whose reminders become due within the next 70 seconds.
DO $$
BEGIN
    IF pg_catalog.current_setting('shift_reminders.private_cluster', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'Database/dev is for private clusters only, and % is not marked as one',
            pg_catalog.current_database();
    END IF;
END
$$;

BEGIN;

CREATE TEMPORARY TABLE demo_people ON COMMIT DROP AS
SELECT n, pg_catalog.md5('demo-person-' || n)::uuid AS id, name,
    CASE WHEN n % 5 = 0 THEN 'de' ELSE 'en' END AS locale,
    CASE WHEN n % 4 = 0 THEN 'Europe/London' ELSE 'Europe/Berlin' END AS time_zone,
    CASE WHEN n % 3 = 0 THEN 'ios' WHEN n % 7 = 0 THEN 'web' ELSE 'android' END AS platform,
    (ARRAY['Reception', 'Ward 3', 'Ward 5', 'Kitchen', 'Night desk', 'Pharmacy'])[1 + n % 6] AS label
FROM pg_catalog.unnest(ARRAY[
    'Amara Osei', 'Ben Fischer', 'Chiara Rossi', 'Daniel Novak', 'Elif Kaya', 'Farid Haddad', 'Greta Lind',
    'Hana Suzuki', 'Ivan Petrov', 'Julia Weber', 'Kofi Mensah', 'Lena Hoffmann', 'Marco Silva', 'Nadia Rahman',
    'Oskar Berg', 'Priya Nair', 'Quentin Leroy', 'Rosa Jimenez', 'Samir Aziz', 'Tilda Holm', 'Umar Farouk',
    'Vera Kovacs', 'Wei Zhang', 'Xenia Popa', 'Yusuf Demir', 'Zoe Clarke', 'Anton Maier', 'Bianca Costa',
    'Carl Jensen', 'Dina Cohen', 'Emil Horvat', 'Fatima Noor', 'Georg Bauer', 'Helena Marek', 'Isaac Brown',
    'Jana Vogel', 'Karim Saleh', 'Luisa Ferreira', 'Milan Simic', 'Nora Andersen']) WITH ORDINALITY AS person(name, n);

INSERT INTO public.profiles (id, full_name, locale, reminders_off)
SELECT id, name, locale, n = 30 FROM demo_people
ON CONFLICT (id) DO NOTHING;

-- Two people have no device, so that somebody cannot be reached; every eighth has two.
INSERT INTO public.fcm_tokens (user_id, token, platform)
SELECT id, pg_catalog.format('demo-device-%s-%s', n, device), CASE device WHEN 1 THEN platform ELSE 'web' END
FROM demo_people
CROSS JOIN pg_catalog.generate_series(1, 2) AS device
WHERE n NOT IN (13, 26) AND (device = 1 OR n % 8 = 0)
    AND NOT EXISTS (
        SELECT FROM public.fcm_tokens AS known
        WHERE known.user_id = demo_people.id AND known.token = pg_catalog.format('demo-device-%s-%s', n, device));

-- The daily round: people 1 to 32 work eight hours from the same hour of every day.
INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at, status, label, time_zone)
SELECT id, start_at, start_at + interval '8 hours',
    CASE WHEN (n + day) % 17 = 0 THEN 'cancelled' ELSE 'scheduled' END, label, time_zone
FROM demo_people
CROSS JOIN pg_catalog.generate_series(-1, 1) AS day
CROSS JOIN LATERAL (
    SELECT pg_catalog.date_trunc('day', pg_catalog.now(), 'UTC') + day * interval '1 day'
        + n * 7 % 24 * interval '1 hour' AS start_at) AS shift
WHERE n <= 32
    AND NOT EXISTS (
        SELECT FROM public.duty_schedules AS known
        WHERE known.assigned_user_id = demo_people.id AND known.start_at = shift.start_at);

-- What is past was mostly attended. Spread by the shift's id: the same at every run.
INSERT INTO public.attendance_logs (schedule_id, user_id, type, logged_at)
SELECT shift.id, shift.assigned_user_id, moment.type, moment.logged_at
FROM public.duty_schedules AS shift
JOIN demo_people ON demo_people.id = shift.assigned_user_id AND n <= 32
CROSS JOIN LATERAL (VALUES
    ('check_in', shift.start_at - (2 + shift.id % 7) * interval '1 minute', 88),
    ('check_out', shift.end_at + (1 + shift.id % 5) * interval '1 minute', 80)) AS moment (type, logged_at, share)
WHERE shift.status = 'scheduled'
    AND moment.logged_at < pg_catalog.now()
    AND shift.id * 37 % 100 < moment.share
    AND NOT EXISTS (
        SELECT FROM public.attendance_logs AS known
        WHERE known.schedule_id = shift.id AND known.type = moment.type);

-- People 33 to 40 show it live: six are reminded of a start, two of an end.
INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at, status, label, time_zone)
SELECT id, due + interval '15 minutes', due + interval '8 hours 15 minutes', 'scheduled', label, time_zone
FROM demo_people
CROSS JOIN LATERAL (SELECT pg_catalog.now() + (15 + (n - 32) * 9) * interval '1 second' AS due) AS moment
WHERE n BETWEEN 33 AND 38;

WITH ending AS (
    INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at, status, label, time_zone)
    SELECT id, due - interval '8 hours', due, 'scheduled', label, time_zone
    FROM demo_people
    CROSS JOIN LATERAL (SELECT pg_catalog.now() + (30 + (n - 39) * 30) * interval '1 second' AS due) AS moment
    WHERE n BETWEEN 39 AND 40
    RETURNING id, assigned_user_id, start_at
)
INSERT INTO public.attendance_logs (schedule_id, user_id, type, logged_at)
SELECT id, assigned_user_id, 'check_in', start_at - interval '3 minutes' FROM ending;

COMMIT;
