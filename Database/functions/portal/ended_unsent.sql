-- The state of a reminder that ended otherwise than sent, by its reason: an index on the state itself would have to be
-- written by every claim. A string body, so that it is inlined to the expression of the index below.
CREATE OR REPLACE FUNCTION shift_reminders.ended_unsent(reason text) RETURNS text
LANGUAGE sql IMMUTABLE AS '
  SELECT CASE WHEN reason IN (''no_device'', ''unregistered'', ''sender_mismatch'', ''rejected'', ''attempts_used_up'', ''out_of_time'', ''no_text'', ''unknown_type'') THEN ''failed''
              WHEN reason IN (''checked_in'', ''checked_out'', ''attendance_logged'', ''opted_out'', ''nobody_missing'', ''already_pushed'') THEN ''skipped''
              WHEN reason IN (''too_late'', ''moved_too_late'', ''taken_back_too_late'', ''entered_too_late'', ''not_handed_over'', ''paused'', ''platform_down'', ''channel_down'', ''enqueue_down'') THEN ''expired''
              WHEN reason IN (''cancelled_by_admin'', ''shift_inactive'', ''shift_gone'', ''reassigned'', ''bad_times'', ''rule_disabled'', ''superseded'') THEN ''cancelled'' END';
