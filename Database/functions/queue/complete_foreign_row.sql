-- A row inserted the plan's way (no anchor, no expiry) gets what the rule says.
CREATE OR REPLACE FUNCTION shift_reminders.complete_foreign_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rule shift_reminders.rules;
BEGIN
  SELECT * INTO rule FROM shift_reminders.rules r WHERE r.notify_type = NEW.notify_type;
  NEW.anchor_at := coalesce(NEW.anchor_at, (
    SELECT shift_reminders.anchor_of(rule.anchor, s.start_at, s.end_at) FROM shift_reminders.shifts s
    WHERE s.schedule_id = NEW.schedule_id AND s.user_id = NEW.user_id LIMIT 1), NEW.scheduled_for);
  NEW.scheduled_for := coalesce(shift_reminders.due_at(NEW.anchor_at, rule.lead), NEW.scheduled_for);
  NEW.expires_at := coalesce(NEW.expires_at, NEW.scheduled_for + coalesce(rule.grace, interval '15 minutes'));
  NEW.next_attempt_at := coalesce(NEW.next_attempt_at, NEW.scheduled_for);
  NEW.armed_at := coalesce(NEW.armed_at, shift_reminders.clock());
  IF NEW.processed AND NEW.state = 'pending' THEN
    NEW.state := 'sent';
    NEW.reason := 'foreign';
    NEW.processed_at := coalesce(NEW.processed_at, NEW.armed_at);
  END IF;
  RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER foreign_row BEFORE INSERT ON public.scheduled_notifications
  FOR EACH ROW WHEN (NEW.armed_at IS NULL OR NEW.anchor_at IS NULL OR NEW.expires_at IS NULL OR NEW.next_attempt_at IS NULL)
  EXECUTE FUNCTION shift_reminders.complete_foreign_row();
