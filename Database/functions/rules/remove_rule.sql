-- Removes the rule and its texts. What waits by it is cancelled, so that it stays accounted for.
CREATE OR REPLACE FUNCTION shift_reminders.remove_rule(kind text, read_at timestamptz, actor text, why text)
RETURNS TABLE (result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  known shift_reminders.rules;
  ended integer;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  SELECT * INTO known FROM shift_reminders.rules r WHERE r.notify_type = kind FOR UPDATE;
  IF known.notify_type IS NULL THEN
    result := 'gone'; sentence := format('There is no rule %s any more.', kind);
  ELSIF known.updated_at <> read_at THEN
    result := 'conflict'; sentence := format('%s has saved this rule meanwhile. Nothing was removed: look at it again.', coalesce(known.updated_by, 'Somebody'));
  ELSE
    PERFORM shift_reminders.record_audit(actor, 'remove rule', 'rule ' || kind, why, shift_reminders.rule_as_json(kind), NULL);
    UPDATE public.scheduled_notifications q SET
      state = CASE WHEN q.accepted_at IS NULL THEN 'cancelled' ELSE 'sent' END,
      reason = CASE WHEN q.accepted_at IS NULL THEN 'rule_disabled' ELSE 'partial' END,
      processed = true, processed_at = at
    WHERE q.id IN (SELECT o.id FROM shift_reminders.open_reminders() o WHERE o.notify_type = kind) AND q.state = 'pending';
    GET DIAGNOSTICS ended = ROW_COUNT;
    DELETE FROM shift_reminders.rules r WHERE r.notify_type = kind;
    PERFORM shift_reminders.notify_pages(at);
    result := 'ok'; sentence := format('Removed. %s waiting reminders were cancelled.', ended);
  END IF;
  RETURN NEXT;
END
$$;
