-- The zones that PostgreSQL and the app both know by name, so that both tell the same time of a shift.
CREATE TABLE shift_reminders.time_zones (
  -- In lower case: PostgreSQL takes any case, most other programs do not.
  spelled  text PRIMARY KEY,
  name     text NOT NULL
);
REVOKE ALL ON shift_reminders.time_zones FROM PUBLIC;
ALTER TABLE shift_reminders.time_zones ENABLE ROW LEVEL SECURITY;
