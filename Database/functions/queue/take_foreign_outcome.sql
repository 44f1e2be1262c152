-- The plan's own worker knows nothing of states: it says processed = true. During a cut-over that has to mean something.
CREATE OR REPLACE FUNCTION shift_reminders.take_foreign_outcome() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NEW.state = 'sending' OR EXISTS (
    SELECT 1 FROM public.notification_pushes p WHERE p.reminder_id = NEW.id AND p.state <> 'foreign'
      AND p.notification_id = shift_reminders.notification_id(NEW.schedule_id, NEW.user_id, NEW.notify_type)) THEN
    -- The mark is ours, so that worker was told "already pushed" and has sent nothing. If we believed it, a transient
    -- failure of ours would lose the reminder; our own recording decides.
    NEW.processed := false;
    NEW.processed_at := OLD.processed_at;
    RETURN NEW;
  END IF;
  NEW.state := 'sent';
  NEW.reason := 'foreign';
  NEW.processed_at := coalesce(NEW.processed_at, shift_reminders.clock());
  RETURN NEW;
END
$$;
-- OF processed: a claim, which leaves it alone, is spared the look.
CREATE OR REPLACE TRIGGER foreign_outcome BEFORE UPDATE OF processed ON public.scheduled_notifications
  FOR EACH ROW WHEN (NEW.processed AND NOT OLD.processed AND NEW.state IN ('pending', 'sending'))
  EXECUTE FUNCTION shift_reminders.take_foreign_outcome();
