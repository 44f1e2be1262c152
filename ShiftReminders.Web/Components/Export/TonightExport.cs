using System.Globalization;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Tonight;
using ShiftReminders.Web.Edge;
using ShiftReminders.Web.Reminders.Rules;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Export;

/// <summary>The list of a night as a file: the span and the filter of the page, all rows of it.</summary>
internal static class TonightExport
{
    public static void MapTonightExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet(PortalUrls.TonightExport, ExportAsync).RequireAuthorization(Policies.CanExport).RequireRateLimiting(RequestLimits.Exports);

    private static async Task<IResult> ExportAsync(
        HttpContext http, ExportGate gate, ShiftBoard board, RuleBook rules, SiteZone siteZone, TimeProvider time,
        string? day, string? from, string? to, string? why, string? show)
    {
        if (await gate.RefusalAsync(http, Act.ExportReminders, "tonight") is { } refusal) return refusal;
        var site = await siteZone.GetAsync(http.RequestAborted);
        var now = time.GetUtcNow();
        var view = TonightView.Parse(day, from, to, why, show, TimeZoneInfo.ConvertTime(now, site).DateTime);
        var list = await TonightList.ReadAsync(board, rules, view.Range(site), now, http.RequestAborted);
        return Results.Stream(body => WriteAsync(body, list.Shown(view), site), "text/csv; charset=utf-8", "tonight.csv");
    }

    private static async Task WriteAsync(Stream body, IReadOnlyList<TonightRow> rows, TimeZoneInfo site)
    {
        await using var file = new CsvFile(body);
        await file.WriteRowAsync("due", "person", "person_id", "shift", "shift_start", "shift_end", "label", "reminder", "kind", "state", "not_reminded_because", "checked_at");
        foreach (var row in rows)
        {
            var reminder = row.Reminder;
            await file.WriteRowAsync(
                Moment(reminder.DueAt, site), reminder.DisplayName, reminder.UserId?.ToString(), reminder.ScheduleId.ToString(CultureInfo.InvariantCulture),
                Moment(reminder.StartAt, site), Moment(reminder.EndAt, site), reminder.Label, row.Kind, reminder.NotifyType, reminder.Standing, row.Why,
                Moment(reminder.AttendedAt, site));
        }
    }

    // By the site's clock, as on the page, with its offset: it is read by people, and still names one moment.
    private static string? Moment(DateTimeOffset? moment, TimeZoneInfo site) =>
        moment is { } at ? TimeZoneInfo.ConvertTime(at, site).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture) : null;
}
