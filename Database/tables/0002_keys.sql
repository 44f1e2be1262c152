-- What was missing: an index for the foreign key that the removal of a role follows, and a key for archived rows.
CREATE INDEX account_roles_role ON shift_reminders.account_roles (role_id);
ALTER TABLE shift_reminders.archived_notifications ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
