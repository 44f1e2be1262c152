-- What a tester does with the host's tables goes through three of these; the fourth forgets a phone that died.
CREATE OR REPLACE FUNCTION shift_reminders.write_host_helpers() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $contract$
DECLARE
  label text := shift_reminders.optional_host_column('label of a shift');
  zone text := shift_reminders.optional_host_column('time zone of a shift');
  status text := shift_reminders.optional_host_column('status of a shift');
  who text := shift_reminders.optional_host_column('person of a check-in');
  moment text := shift_reminders.optional_host_column('time of a check-in');
BEGIN
  PERFORM shift_reminders.write_host_helper(
    'host_create_shift(who uuid, starts timestamptz, ends timestamptz, shift_label text, zone text)', 'bigint',
    format('INSERT INTO public.duty_schedules (%s) VALUES (%s) RETURNING id::bigint',
      concat_ws(', ', 'assigned_user_id', 'start_at', 'end_at', status, label, zone),
      concat_ws(', ', 'who', 'starts', 'ends',
        'shift_reminders.setting(''test_shift_status'')::' || shift_reminders.type_of_host_column('public.duty_schedules', status),
        'shift_label::' || shift_reminders.type_of_host_column('public.duty_schedules', label),
        'zone::' || shift_reminders.type_of_host_column('public.duty_schedules', zone))));

  PERFORM shift_reminders.write_host_helper('host_remove_shifts(ids bigint[])', 'integer', $body$
    WITH logs AS (DELETE FROM public.attendance_logs WHERE schedule_id = ANY (ids)),
         gone AS (DELETE FROM public.duty_schedules WHERE id = ANY (ids) RETURNING 1)
    SELECT pg_catalog.count(*)::integer FROM gone
  $body$);

  PERFORM shift_reminders.write_host_helper('host_log_attendance(shift bigint, who uuid, kind text, at timestamptz)', 'void',
    format('INSERT INTO public.attendance_logs (%s) VALUES (%s)',
      concat_ws(', ', 'schedule_id', 'type', who, moment),
      concat_ws(', ', 'shift', 'kind::' || shift_reminders.type_of_host_column('public.attendance_logs', 'type'),
        CASE WHEN who IS NOT NULL THEN 'who' END, CASE WHEN moment IS NOT NULL THEN 'at' END)));

  PERFORM shift_reminders.write_host_helper('host_forget_device(who uuid, device text)', 'void',
    'DELETE FROM public.fcm_tokens t WHERE t.user_id = who AND shift_reminders.device_id(t.token::text) = device');
END
$contract$;
