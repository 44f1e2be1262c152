using System.Globalization;
using System.Text.Json;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Edge;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Export;

/// <summary>The reminders of a filter as a file: all pages of it, read while it is written.</summary>
internal static class ReminderExport
{
    public static void MapReminderExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet(PortalUrls.RemindersExport, ExportAsync).RequireAuthorization(Policies.CanExport).RequireRateLimiting(RequestLimits.Exports);

    private static async Task<IResult> ExportAsync(HttpContext http, ExportGate gate, ReminderQueries queries, SiteZone siteZone, string? format)
    {
        if (await gate.RefusalAsync(http, Act.ExportReminders, "reminders") is { } refusal) return refusal;
        var filter = ReminderFilterQuery.Parse(http.Request.QueryString.Value ?? "");
        var site = await siteZone.GetAsync(http.RequestAborted);
        var scope = await queries.ResolveAsync(filter, site, http.RequestAborted);
        // A shift without a zone of its own is on the site's clock; whoever reads the file cannot know which that was.
        var rows = queries.StreamAsync(scope, http.RequestAborted)
            .Select(row => Clocks.Find(row.TimeZone) is null ? row with { TimeZone = site.Id } : row);
        return format == "json"
            ? Results.Stream(body => WriteJsonAsync(body, rows), "application/json", "reminders.json")
            : Results.Stream(body => WriteCsvAsync(body, rows), "text/csv; charset=utf-8", "reminders.csv");
    }

    private static async Task WriteCsvAsync(Stream body, IAsyncEnumerable<ReminderRow> rows)
    {
        await using var file = new CsvFile(body);
        await file.WriteRowAsync("id", "state", "reason", "sentence", "person", "person_id", "shift", "shift_start", "shift_end", "time_zone",
            "kind", "due", "accepted_at", "late_seconds", "generation", "tries", "devices", "error", "first_due", "resent_by");
        await foreach (var row in rows)
        {
            await file.WriteRowAsync(
                Number(row.Id), row.State, row.Reason, row.Sentence, row.Name, row.Person.ToString(), Number(row.Shift), Moment(row.ShiftStart),
                Moment(row.ShiftEnd), row.TimeZone, row.Kind, Moment(row.Due), Moment(row.AcceptedAt), Late(row)?.ToString("0.###", CultureInfo.InvariantCulture),
                Number(row.Generation), Number(row.Attempts), string.Join(' ', row.Devices), row.Error, Moment(row.FirstDue), row.ResentBy);
        }
    }

    private static Task WriteJsonAsync(Stream body, IAsyncEnumerable<ReminderRow> rows) =>
        JsonSerializer.SerializeAsync(body, rows.Select(row => new
        {
            row.Id,
            row.State,
            row.Reason,
            row.Sentence,
            person = row.Name,
            personId = row.Person,
            row.Shift,
            row.ShiftStart,
            row.ShiftEnd,
            row.TimeZone,
            row.Kind,
            row.Due,
            row.AcceptedAt,
            lateSeconds = Late(row),
            row.Generation,
            tries = row.Attempts,
            row.Devices,
            row.Error,
            row.FirstDue,
            row.ResentBy,
        }), JsonSerializerOptions.Web);

    private static double? Late(ReminderRow row) => (row.AcceptedAt - row.LateFrom)?.TotalSeconds;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Moment(DateTimeOffset? moment) => moment?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
