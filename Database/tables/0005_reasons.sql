-- What ends after an outage is judged by it all the same.
ALTER TABLE shift_reminders.channels ADD COLUMN was_down_since timestamptz;

COMMENT ON COLUMN shift_reminders.channels.was_down_since IS 'When the last outage that is over began; while the channel is up, since is its end';

-- The reasons that are new belong to "expired" in the index too: its key is what ended_unsent says.
DROP INDEX public.scheduled_notifications_exception;
CREATE INDEX scheduled_notifications_exception ON public.scheduled_notifications (
    (CASE WHEN reason IN ('no_device', 'unregistered', 'sender_mismatch', 'rejected', 'attempts_used_up', 'out_of_time', 'no_text', 'unknown_type') THEN 'failed'
          WHEN reason IN ('checked_in', 'checked_out', 'attendance_logged', 'opted_out', 'nobody_missing', 'already_pushed') THEN 'skipped'
          WHEN reason IN ('too_late', 'moved_too_late', 'taken_back_too_late', 'entered_too_late', 'not_handed_over', 'paused', 'platform_down', 'channel_down', 'enqueue_down') THEN 'expired'
          WHEN reason IN ('cancelled_by_admin', 'shift_inactive', 'shift_gone', 'reassigned', 'bad_times', 'rule_disabled', 'superseded') THEN 'cancelled' END),
    scheduled_for DESC, id DESC)
  WHERE processed AND reason <> 'accepted';
