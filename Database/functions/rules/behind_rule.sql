-- The reminders whose due time or expiry is not (yet) what the rule says.
CREATE OR REPLACE FUNCTION shift_reminders.behind_rule(rule shift_reminders.rules) RETURNS SETOF public.scheduled_notifications
LANGUAGE sql STABLE AS '
  SELECT q.* FROM shift_reminders.open_reminders() q
  WHERE q.notify_type = ($1).notify_type AND shift_reminders.follows_rule(q)
    AND (q.scheduled_for <> shift_reminders.due_at(q.anchor_at, ($1).lead)
         OR q.expires_at <> shift_reminders.expires_at(q.anchor_at, ($1).lead, ($1).grace))';
