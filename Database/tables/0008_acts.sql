-- An act on several reminders is one line of the audit, and one more for each of them, which is part of it.
ALTER TABLE shift_reminders.audit ADD COLUMN part_of bigint, ADD COLUMN reminder_id bigint, ADD COLUMN generation integer;
COMMENT ON COLUMN shift_reminders.audit.part_of IS 'The line of the act that this line is part of; NULL: it is a whole act';
COMMENT ON COLUMN shift_reminders.audit.reminder_id IS 'The reminder that was resent';
COMMENT ON COLUMN shift_reminders.audit.generation IS 'The generation that the resend began';

CREATE INDEX audit_part_of ON shift_reminders.audit (part_of) WHERE part_of IS NOT NULL;
CREATE INDEX audit_reminder ON shift_reminders.audit (reminder_id, generation) WHERE reminder_id IS NOT NULL;
