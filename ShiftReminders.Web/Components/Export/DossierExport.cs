using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Reminders;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Edge;
using ShiftReminders.Web.Reminders.Explaining;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Export;

/// <summary>
/// One reminder's details as a file, for a bug report. Field by field, never the evidence as a whole: that holds whatever
/// columns the host's tables have, and this file is sent on to people who may not see the portal.
/// </summary>
internal static class DossierExport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    public static void MapDossierExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet($"{PortalUrls.Reminders}/{{id:long}}/export", ExportAsync).RequireAuthorization(Policies.CanSee).RequireRateLimiting(RequestLimits.Exports);

    private static async Task<IResult> ExportAsync(HttpContext http, ExportGate gate, ReminderDossiers dossiers, SiteZone siteZone, TimeProvider time, long id)
    {
        var site = await siteZone.GetAsync(http.RequestAborted);
        var clocks = Clocks.For(site, viewerZoneId: null);
        if (await dossiers.ReadAsync(id, clocks, http.RequestAborted) is not { } dossier)
            return Results.Problem($"There is no reminder {id}; finished ones are purged after a while.", statusCode: StatusCodes.Status404NotFound);
        if (await gate.RefusalAsync(http, Act.ExportReminder, $"reminder {id}") is { } refusal) return refusal;
        var file = JsonSerializer.SerializeToUtf8Bytes(Shown(id, dossier, clocks, time.GetUtcNow()), Options);
        return Results.File(file, "application/json", $"reminder-{id}.json");
    }

    private static object Shown(long id, ReminderDossier dossier, Clocks clocks, DateTimeOffset now)
    {
        var (story, evidence) = (dossier.Story, dossier.Story.Evidence);
        return new
        {
            id,
            evidence.NotificationId,
            readAt = now,
            sentence = Redaction.OfRuns(story.Sentence),
            story.State,
            story.Reason,
            story.Key.Kind,
            shift = new { id = story.Key.Shift, timeZone = clocks.ZoneOf(evidence.Shift?.TimeZone).Id, facts = evidence.Shift },
            person = new { id = story.Key.Person, name = evidence.Person?.DisplayName, evidence.Person?.Locale, evidence.Person?.RemindersOff },
            evidence.Rule,
            reminder = evidence.Reminder is { } reminder ? reminder with { LastError = Redaction.OfRuns(reminder.LastError) } : null,
            timeline = dossier.Timeline.Select(step => new { step.At, step.What, detail = Redaction.OfRuns(step.Detail) }),
            attempts = evidence.Attempts.OrderByDescending(attempt => (attempt.Generation, attempt.Attempt)).Select(Redacted),
            earlierGenerations = evidence.Generations.OrderByDescending(generation => generation.Generation),
            phones = evidence.Devices,
            evidence.LastTick,
            sameShift = dossier.SameShift.Select(Brief),
            samePerson = dossier.SamePerson.Select(Brief),
        };
    }

    // The replies were redacted when they were stored; what another writer may have left is once more before it leaves.
    private static AttemptEvidence Redacted(AttemptEvidence attempt) =>
        attempt with { Devices = [.. attempt.Devices.Select(device => device with { Detail = Redaction.OfRuns(device.Detail) })] };

    private static object Brief(ReminderRow row) => new { row.Id, row.Kind, row.Shift, row.Due, row.State, row.Reason };
}
