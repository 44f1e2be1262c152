using System.Globalization;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Explaining;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>Tells the way of a reminder's running generation: shift → tick → row → claim → each phone → check-in.</summary>
internal static class ReminderTimeline
{
    public static IReadOnlyList<TimelineEntry> Of(ReminderStory explanation, QueueTick? tick, Clocks clocks, DateTimeOffset now)
    {
        var evidence = explanation.Evidence;
        List<TimelineEntry> way = [Shift(explanation.Key.Shift, evidence, clocks, now)];
        if (evidence.Reminder is { } reminder)
        {
            way.Add(Queued(reminder, evidence, tick));
            way.Add(Due(reminder, now));
            foreach (var attempt in evidence.Attempts.Where(attempt => attempt.Generation == reminder.Generation).OrderBy(attempt => attempt.Attempt))
                way.AddRange(Tried(attempt));
            if (reminder is { State: "sending", ClaimedAt: { } claimed })
                way.Add(new TimelineEntry { What = $"Claimed by {reminder.ClaimedBy}", Detail = "being sent right now", At = claimed, Tone = Tone.Waiting });
            if (End(reminder) is { } end) way.Add(end);
        }
        if (Attended(evidence, now) is { } attended)
        {
            // A check-in may come before the push, or hours after it; everything else is in order already.
            var before = way.FindIndex(1, entry => entry.At > attended.At);
            way.Insert(before < 0 ? way.Count : before, attended);
        }
        return way;
    }

    private static TimelineEntry Shift(long id, Evidence evidence, Clocks clocks, DateTimeOffset now) => evidence.Shift switch
    {
        null => new TimelineEntry { What = $"Shift {id} no longer exists, or is not this person's", Tone = Tone.Warning },
        { IsActive: false } shift => new TimelineEntry
        {
            What = $"Shift {ShiftWords.Span(shift.StartAt, shift.EndAt, shift.TimeZone, clocks, now)} is cancelled or inactive",
            Detail = Where(id, shift),
            Tone = Tone.Warning,
        },
        var shift => new TimelineEntry
        {
            What = $"Shift {ShiftWords.Span(shift.StartAt, shift.EndAt, shift.TimeZone, clocks, now) ?? "without usable times"}",
            Detail = Where(id, shift),
            Tone = Tone.Good,
        },
    };

    private static string Where(long id, ShiftEvidence shift) => shift.Label is { } label ? $"{label} · shift {id}" : $"shift {id}";

    private static TimelineEntry Queued(ReminderEvidence reminder, Evidence evidence, QueueTick? tick)
    {
        var before = evidence.Generations.OrderByDescending(generation => generation.Generation).FirstOrDefault();
        var again = reminder.Generation > 1 && before is not null;
        return new TimelineEntry
        {
            At = reminder.ArmedAt,
            Tone = Tone.Good,
            What = again ? $"Queued again, generation {reminder.Generation}" : "Queued",
            Detail = again ? before!.Why : tick switch
            {
                { Source: "cron", Run: { } run } => $"by pg_cron's run {run.ToString("N0", CultureInfo.InvariantCulture)}",
                { Source: "cron" } => "by pg_cron's tick",
                { Source: "watchdog" } => "by the watchdog, because pg_cron was silent",
                { Source: "manual" } => "by a run by hand",
                _ => null,
            },
            Href = again || tick is null ? null : tick.Run is { } ran ? PortalUrls.CronFrom(ran) : PortalUrls.Cron,
        };
    }

    private static TimelineEntry Due(ReminderEvidence reminder, DateTimeOffset now) => new()
    {
        At = reminder.ScheduledFor,
        What = "Due",
        Detail = $"useful for {TimeWords.Rough(reminder.ExpiresAt - reminder.ScheduledFor)}",
        Tone = reminder.ScheduledFor <= now ? Tone.Good : Tone.Waiting,
    };

    private static IEnumerable<TimelineEntry> Tried(AttemptEvidence attempt)
    {
        yield return new TimelineEntry
        {
            At = attempt.ClaimedAt,
            What = $"Claimed by {attempt.ClaimedBy}",
            Detail = $"attempt {attempt.Attempt}{(attempt.Channel is { } channel ? $" · {channel.Split(':')[0]}" : "")}",
            Tone = Tone.Good,
        };
        if (attempt.Outcome == "lost")
            yield return new TimelineEntry { At = attempt.RecordedAt, What = "The processor did not answer in time", Tone = Tone.Warning };
        foreach (var (index, device) in attempt.Devices.Index())
            yield return Phone(index + 1, device, attempt.RecordedAt);
    }

    private static TimelineEntry Phone(int number, DeviceResult device, DateTimeOffset at) => new()
    {
        At = at,
        What = $"Phone {number}{(device.Platform is { } platform ? $" ({platform})" : "")}: {OutcomeWords.Of(device.Outcome)}",
        Detail = string.Join(" · ", OutcomeWords.Facts(device)),
        Copy = device.MessageId,
        CopyName = "message id",
        Tone = OutcomeWords.ToneOf(device.Outcome),
    };

    private static TimelineEntry? End(ReminderEvidence reminder) => reminder.State switch
    {
        "failed" or "expired" or "skipped" or "cancelled" => new TimelineEntry
        {
            At = reminder.ProcessedAt,
            What = CultureInfo.InvariantCulture.TextInfo.ToTitleCase(reminder.State),
            Detail = reminder.Reason is { } reason ? FilterWords.ReasonOf(reason) : null,
            Tone = reminder.State is "failed" ? Tone.Bad : reminder.State is "expired" ? Tone.Warning : Tone.Muted,
        },
        "pending" when reminder.AttemptCount > 0 => new TimelineEntry { At = reminder.NextAttemptAt, What = "Next try", Tone = Tone.Waiting },
        _ => null,
    };

    private static TimelineEntry? Attended(Evidence evidence, DateTimeOffset now) => (evidence.Rule?.SkipType, evidence.Shift) switch
    {
        (null, _) or (_, null) => null,
        (var type, { AttendedAt: { } at }) => new TimelineEntry { At = at, What = type == "check_out" ? "Checked out" : "Checked in", Tone = Tone.Good },
        (var type, var shift) => new TimelineEntry
        {
            What = type == "check_out" ? "Not checked out yet" : "Not checked in yet",
            Tone = shift.DueAt < now ? Tone.Warning : Tone.Waiting,
        },
    };
}
