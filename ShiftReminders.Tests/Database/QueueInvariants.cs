namespace ShiftReminders.Tests.Database;

/// <summary>
/// The queue's promises as questions to the database: each function answers one sentence per promise that is broken.
/// </summary>
internal static class QueueInvariants
{
    public const string Functions = $"{AfterEveryStep}{AtAClaim}{AtRest}{Unexplained}";

    /// <summary>Compares the queue with the model, then notes in the model what must not change any more.</summary>
    private const string AfterEveryStep = """
        CREATE FUNCTION model.violations(step text) RETURNS SETOF text LANGUAGE plpgsql SET jit = off AS $$
        DECLARE
          now_is timestamptz := shift_reminders.clock();
        BEGIN
          -- Results of a generation that was over at the step before; no time tells that, because the clock is also set back.
          INSERT INTO model.overtaken
            SELECT a.reminder_id, a.generation FROM shift_reminders.attempts a
            LEFT JOIN model.attempts k USING (reminder_id, generation, attempt, claim_token)
            JOIN model.reminders m ON m.id = a.reminder_id
            WHERE a.late AND a.outcome IN ('accepted', 'partial') AND a.generation < m.generation AND k.devices IS NULL;

          RETURN QUERY
            SELECT format('%s %s is %s, and processed is %s', q.id, q.state, q.reason, q.processed) FROM public.scheduled_notifications q
            WHERE q.processed <> (q.state NOT IN ('pending', 'sending'))
            UNION ALL
            SELECT format('%s ended %s without a known reason (%s)', q.id, q.state, q.reason) FROM public.scheduled_notifications q
            WHERE q.processed AND NOT EXISTS (SELECT 1 FROM shift_reminders.reasons r WHERE r.reason = q.reason AND r.state = q.state)
            UNION ALL
            SELECT format('a device accepted %s #%s, and it is %s', c.reminder_id, c.generation, coalesce(g.state, q.state, 'lost'))
            FROM model.claims c
            LEFT JOIN public.scheduled_notifications q ON q.id = c.reminder_id AND q.generation = c.generation
            LEFT JOIN shift_reminders.generations g ON g.reminder_id = c.reminder_id AND g.generation = c.generation
            WHERE c.accepted AND NOT (g.accepted_at IS NOT NULL AND g.state = 'sent'
              OR q.accepted_at IS NOT NULL AND q.state IN ('pending', 'sending', 'sent'))
            UNION ALL
            SELECT format('claim %s of %s #%s is %s times on record (recorded %s, released %s): %s', c.token, c.reminder_id, c.generation, a.times, c.recorded, c.released, a.outcomes)
            FROM model.claims c
            LEFT JOIN public.scheduled_notifications q ON q.id = c.reminder_id
            CROSS JOIN LATERAL (SELECT count(*) AS times, array_agg(x.outcome) AS outcomes FROM shift_reminders.attempts x
                                WHERE x.reminder_id = c.reminder_id AND x.claim_token = c.token) a
            WHERE CASE
              WHEN c.recorded THEN a.times <> 1 OR a.outcomes = '{lost}'
              WHEN c.released OR q.claim_token = c.token THEN a.times <> 0
              ELSE a.outcomes IS DISTINCT FROM '{lost}' END
            UNION ALL
            SELECT format('%s lost more claims than it counts', q.id) FROM public.scheduled_notifications q
            WHERE q.retry_count < (SELECT count(*) FROM shift_reminders.attempts a
                                   WHERE a.reminder_id = q.id AND a.generation = q.generation AND a.outcome = 'lost')
            UNION ALL
            SELECT format('%s has failed %s times', q.id, q.retry_count) FROM public.scheduled_notifications q
            JOIN shift_reminders.rules r USING (notify_type) WHERE q.retry_count > r.max_attempts
            UNION ALL
            SELECT format('%s is %s (%s), and its mark is %s', q.id, q.state, q.reason, coalesce(m.state, 'missing'))
            FROM public.scheduled_notifications q
            LEFT JOIN public.notification_pushes m ON m.notification_id = 'shift-' || q.schedule_id || '-' || q.user_id || '-' || q.notify_type
            WHERE q.state = 'sending' AND (m.state = 'ours' AND m.reminder_id = q.id AND m.generation = q.generation) IS NOT TRUE
               OR q.state = 'sent' AND q.accepted_at IS NOT NULL AND m.state IS NULL
            UNION ALL
            SELECT format('%s is %s and still to change: %s', q.id, q.state, q.pending_change) FROM public.scheduled_notifications q
            WHERE q.pending_change IS NOT NULL AND q.state <> 'sending'
            UNION ALL
            SELECT format('%s may be claimed before it is due', q.id) FROM public.scheduled_notifications q
            WHERE q.state = 'pending' AND q.next_attempt_at < q.scheduled_for
            UNION ALL
            SELECT format('%s went from generation %s to %s', m.id, m.generation, q.generation)
            FROM model.reminders m LEFT JOIN public.scheduled_notifications q USING (id)
            WHERE q.id IS NULL OR q.generation < m.generation
              OR (SELECT count(*) FROM shift_reminders.generations g WHERE g.reminder_id = q.id) <> q.generation - 1
            UNION ALL
            SELECT format('%s was cancelled by an admin, and is %s (%s) after %s', m.id, q.state, q.reason, step)
            FROM model.reminders m JOIN public.scheduled_notifications q USING (id)
            WHERE (m.reason = 'cancelled_by_admin' OR m.pending_change->>'kind' = 'cancel')
              AND NOT (q.reason IS NOT DISTINCT FROM 'cancelled_by_admin' OR q.pending_change->>'kind' IS NOT DISTINCT FROM 'cancel'
                       OR q.generation = m.generation AND q.accepted_at IS NOT NULL OR step IN ('Resend', 'TakeCancelBack'))
            UNION ALL
            SELECT format('attempt %s of %s #%s is no longer on record', m.attempt, m.reminder_id, m.generation)
            FROM model.attempts m LEFT JOIN shift_reminders.attempts a USING (reminder_id, generation, attempt, claim_token)
            WHERE a.devices IS NULL OR m.outcome <> 'lost' AND a.devices <> m.devices
            UNION ALL
            SELECT format('%s was sent twice for %s: %s', g.reminder_id, g.anchor_at, g.why)
            FROM shift_reminders.generations g
            JOIN public.scheduled_notifications q ON q.id = g.reminder_id
            LEFT JOIN shift_reminders.generations n ON n.reminder_id = g.reminder_id AND n.generation = g.generation + 1
            WHERE g.state = 'sent' AND g.anchor_at = coalesce(n.anchor_at, q.anchor_at) AND g.why NOT LIKE 'resent by %'
              -- The first was over when a lost claim's result said that it had arrived after all.
              AND NOT EXISTS (SELECT 1 FROM shift_reminders.attempts a WHERE a.reminder_id = g.reminder_id AND a.generation = g.generation
                AND a.late AND a.outcome IN ('accepted', 'partial') AND a.recorded_at >= g.ended_at)
              AND NOT EXISTS (SELECT 1 FROM model.overtaken o WHERE o.reminder_id = g.reminder_id AND o.generation = g.generation)
            UNION ALL
            SELECT format('a tick failed: %s', h.error) FROM shift_reminders.heartbeats h WHERE h.error IS NOT NULL;

          DELETE FROM model.reminders; INSERT INTO model.reminders SELECT * FROM public.scheduled_notifications;
          DELETE FROM model.attempts; INSERT INTO model.attempts SELECT * FROM shift_reminders.attempts;
        END $$;
        """;

    /// <summary>What a processor has just been given must be due, wanted and not yet delivered, by the live shift.</summary>
    private const string AtAClaim = """
        CREATE FUNCTION model.claim_violations(reminder bigint, token uuid, device_ids text[]) RETURNS SETOF text LANGUAGE sql SET jit = off AS $$
          SELECT format('claimed %s (due %s, useful until %s, devices %s), and it should not have been: %s',
                        q.id, q.scheduled_for, q.expires_at, device_ids, v.why)
          FROM public.scheduled_notifications q
          CROSS JOIN LATERAL (SELECT shift_reminders.clock() AS at) c
          JOIN shift_reminders.rules r USING (notify_type)
          LEFT JOIN shift_reminders.shifts s ON s.schedule_id = q.schedule_id AND s.user_id = q.user_id
          CROSS JOIN LATERAL (VALUES
            (q.claim_token IS DISTINCT FROM token OR q.lease_until <= c.at, 'the claim is not its own'),
            (q.scheduled_for > c.at, 'not yet due'), (q.expires_at <= c.at, 'no longer useful'),
            (s.schedule_id IS NULL OR NOT s.is_active, 'no such shift'),
            (q.anchor_at IS DISTINCT FROM CASE r.anchor WHEN 'start' THEN s.start_at ELSE s.end_at END, 'the shift has moved'),
            (NOT r.enabled, 'its rule is off'), (s.end_at < s.start_at, 'the shift ends before it starts'),
            (NOT q.although_checked_in AND EXISTS (SELECT 1 FROM shift_reminders.attendance a
               WHERE a.schedule_id = q.schedule_id AND a.type = r.skip_type AND coalesce(a.user_id, q.user_id) = q.user_id), 'already there'),
            (EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.user_id = q.user_id AND p.reminders_off), 'reminders are off'),
            (shift_reminders.paused(c.at), 'reminders are paused'),
            (EXISTS (SELECT 1 FROM shift_reminders.channels x WHERE x.state = 'down'), 'the channel is down'),
            (coalesce(cardinality(device_ids), 0) = 0, 'nobody to send to'),
            (EXISTS (SELECT 1 FROM unnest(device_ids) d WHERE NOT EXISTS (
               SELECT 1 FROM shift_reminders.devices x WHERE x.device_id = d AND x.user_id = q.user_id)), 'not the person''s device'),
            (EXISTS (SELECT 1 FROM shift_reminders.attempts a CROSS JOIN LATERAL jsonb_array_elements(a.devices) x
               WHERE a.reminder_id = q.id AND (a.generation = q.generation OR q.target = 'missing')
                 AND x->>'outcome' = 'accepted' AND x->>'device' = ANY (device_ids)), 'a device already has it'),
            (EXISTS (SELECT 1 FROM shift_reminders.attempts a
               WHERE a.reminder_id = q.id AND a.generation = q.generation AND a.attempt >= q.attempt_count), 'its attempt is on record')) AS v(broken, why)
          WHERE q.id = reminder AND v.broken;
        $$;
        """;

    /// <summary>Asked when nothing stood in the way for minutes: what is still useful has arrived, or says for good why not.</summary>
    private const string AtRest = """
        CREATE FUNCTION model.unrest() RETURNS SETOF text LANGUAGE sql SET jit = off AS $$
          SELECT format('%s for %s on shift %s (anchor %s) is %s (%s) for anchor %s, and should have arrived by now',
                        r.notify_type, s.user_id, s.schedule_id, l.anchor, coalesce(q.state, 'missing'), q.reason, q.anchor_at)
          FROM shift_reminders.shifts s CROSS JOIN shift_reminders.rules r
          CROSS JOIN LATERAL (SELECT CASE r.anchor WHEN 'start' THEN s.start_at ELSE s.end_at END AS anchor, shift_reminders.clock() AS at) l
          LEFT JOIN public.scheduled_notifications q
            ON q.schedule_id = s.schedule_id AND q.user_id = s.user_id AND q.notify_type = r.notify_type
          WHERE s.is_active AND r.enabled AND s.end_at >= s.start_at
            AND l.anchor - r.lead <= l.at AND l.anchor - r.lead + r.grace > l.at
            AND EXISTS (SELECT 1 FROM shift_reminders.devices d WHERE d.user_id = s.user_id)
            AND NOT EXISTS (SELECT 1 FROM shift_reminders.people p WHERE p.user_id = s.user_id AND p.reminders_off)
            AND NOT EXISTS (SELECT 1 FROM shift_reminders.attendance a
              WHERE a.schedule_id = s.schedule_id AND a.type = r.skip_type AND coalesce(a.user_id, s.user_id) = s.user_id)
            AND NOT coalesce(q.reason = 'cancelled_by_admin', false)
            AND (q.id IS NULL OR q.anchor_at <> l.anchor
                 OR NOT q.processed AND q.next_attempt_at <= l.at
                 OR q.processed AND q.expires_at > l.at AND q.state <> 'sent'
                    AND q.reason NOT IN ('rejected', 'attempts_used_up', 'out_of_time', 'already_pushed', 'nobody_missing')
                    AND (q.state <> 'failed' OR EXISTS (SELECT 1 FROM shift_reminders.devices d WHERE d.user_id = s.user_id
                      AND d.device_id <> ALL (shift_reminders.done_devices(q.id, q.generation, 'all')))))
          UNION ALL
          SELECT format('%s is still being sent', q.id) FROM public.scheduled_notifications q WHERE q.state = 'sending';
        $$;
        """;

    /// <summary>For any shift, person and rule there is a sentence, whatever happened.</summary>
    private const string Unexplained = """
        CREATE FUNCTION model.unexplained() RETURNS SETOF text LANGUAGE sql SET jit = off AS $$
          SELECT format('nobody can say what became of %s for %s on shift %s: %s (%s)', r.notify_type, s.user_id, s.schedule_id, e.sentence, e.state)
          FROM shift_reminders.shifts s CROSS JOIN shift_reminders.rules r
          CROSS JOIN LATERAL shift_reminders.explain(s.schedule_id, s.user_id, r.notify_type) e
          WHERE e.sentence IS NULL OR e.state = 'unknown';
        $$;
        """;
}
