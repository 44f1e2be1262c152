-- read_at: the rule's updated_at when the admin read it; NULL makes a new rule. texts: {"en": {"title", "body"}, …}, all of them.
-- result: ok | conflict (somebody else saved since) | exists | gone
CREATE OR REPLACE FUNCTION shift_reminders.save_rule(kind text, read_at timestamptz, new_title text, new_anchor text, new_lead interval,
  new_grace interval, new_skip_type text, new_max_attempts integer, new_enabled boolean, texts jsonb, actor text, why text)
RETURNS TABLE (result text, sentence text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz := shift_reminders.clock();
  known shift_reminders.rules;
  before jsonb;
  unknown record;
BEGIN
  PERFORM shift_reminders.require_why(actor, why);
  IF jsonb_typeof(texts) IS DISTINCT FROM 'object' OR texts = '{}' THEN
    RAISE EXCEPTION 'A rule without a text reminds nobody.' USING ERRCODE = 'SR002', HINT = 'Write a text for at least one locale.';
  END IF;
  SELECT t.key AS locale, coalesce(shift_reminders.unknown_placeholder(t.value->>'title'), shift_reminders.unknown_placeholder(t.value->>'body')) AS name
  INTO unknown FROM jsonb_each(texts) t
  WHERE shift_reminders.unknown_placeholder(t.value->>'title') IS NOT NULL OR shift_reminders.unknown_placeholder(t.value->>'body') IS NOT NULL LIMIT 1;
  IF unknown.locale IS NOT NULL THEN
    RAISE EXCEPTION 'The text for % has the unknown placeholder {%}.', unknown.locale, unknown.name
      USING ERRCODE = 'SR002', HINT = 'Known are {start}, {end}, {anchor}, {date}, {name} and {label}.';
  END IF;

  SELECT * INTO known FROM shift_reminders.rules r WHERE r.notify_type = kind FOR UPDATE;
  before := shift_reminders.rule_as_json(kind);
  IF read_at IS NULL AND known.notify_type IS NOT NULL THEN
    result := 'exists'; sentence := format('There is a rule %s already. Choose another name.', kind);
  ELSIF read_at IS NOT NULL AND known.notify_type IS NULL THEN
    result := 'gone'; sentence := format('Somebody has removed the rule %s meanwhile.', kind);
  ELSIF read_at IS NOT NULL AND known.updated_at <> read_at THEN
    result := 'conflict';
    sentence := format('%s has saved this rule meanwhile. Nothing was changed: load it again and look at both.', coalesce(known.updated_by, 'Somebody'));
  ELSE
    -- A changed anchor would make every finished reminder of the rule look moved, and so be sent again.
    IF known.notify_type IS NOT NULL AND known.anchor <> new_anchor THEN
      RAISE EXCEPTION 'The rule % is about the shift''s %, and cannot be turned round.', kind, known.anchor
        USING ERRCODE = 'SR002', HINT = 'Make a new rule, and switch this one off.';
    END IF;
    INSERT INTO shift_reminders.rules AS r (notify_type, title, anchor, lead, grace, skip_type, max_attempts, enabled, updated_at, updated_by, watched_since)
    VALUES (kind, new_title, new_anchor, shift_reminders.in_hours(new_lead), shift_reminders.in_hours(new_grace), nullif(btrim(new_skip_type), ''), new_max_attempts, new_enabled, at, actor, at)
    ON CONFLICT (notify_type) DO UPDATE SET title = excluded.title, lead = excluded.lead, grace = excluded.grace, skip_type = excluded.skip_type,
      max_attempts = excluded.max_attempts, enabled = excluded.enabled, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
      watched_since = CASE WHEN excluded.enabled AND NOT r.enabled THEN excluded.watched_since ELSE r.watched_since END;
    DELETE FROM shift_reminders.rule_texts t WHERE t.notify_type = kind AND NOT texts ? t.locale;
    INSERT INTO shift_reminders.rule_texts (notify_type, locale, title, body)
    SELECT kind, t.key, t.value->>'title', t.value->>'body' FROM jsonb_each(texts) t
    ON CONFLICT (notify_type, locale) DO UPDATE SET title = excluded.title, body = excluded.body;
    PERFORM shift_reminders.apply_rule(r) FROM shift_reminders.rules r WHERE r.notify_type = kind;
    PERFORM shift_reminders.record_audit(actor, CASE WHEN read_at IS NULL THEN 'make rule' ELSE 'change rule' END, 'rule ' || kind, why,
      before, shift_reminders.rule_as_json(kind));
    PERFORM shift_reminders.hint('shift_reminders_due', '0');
    PERFORM shift_reminders.notify_pages(at);
    result := 'ok'; sentence := 'Saved.';
  END IF;
  RETURN NEXT;
EXCEPTION
  WHEN check_violation OR not_null_violation OR string_data_right_truncation THEN
    RAISE EXCEPTION 'The rule % cannot be so: %.', kind, SQLERRM
      USING ERRCODE = 'SR002', HINT = 'A name is lower-case letters, digits and _, the lead may be up to 168 h, the grace 1 min to 24 h, the attempts 1 to 50, a title 200 and a body 1,000 characters.';
END
$$;
