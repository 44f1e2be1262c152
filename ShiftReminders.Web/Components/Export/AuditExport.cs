using System.Globalization;
using System.Text.Json;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Edge;

namespace ShiftReminders.Web.Components.Export;

/// <summary>The audit as a file: the filter of the page, all pages of it.</summary>
internal static class AuditExport
{
    public static void MapAuditExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet($"{PortalUrls.Audit}/export", ExportAsync).RequireAuthorization(Policies.CanAudit).RequireRateLimiting(RequestLimits.Exports);

    private static async Task<IResult> ExportAsync(
        HttpContext http, ExportGate gate, AuditLog audit, SiteZone siteZone,
        string? actor, string? act, string? subject, string? from, string? to, string? format)
    {
        if (await gate.RefusalAsync(http, Act.ExportAudit, "audit") is { } refusal) return refusal;
        var filter = AuditFilter.Parse(actor, act, subject, from, to);
        var entries = audit.StreamAsync(filter, await siteZone.GetAsync(http.RequestAborted), http.RequestAborted);
        return format == "json"
            ? Results.Stream(body => WriteJsonAsync(body, entries), "application/json", "audit.json")
            : Results.Stream(body => WriteCsvAsync(body, entries), "text/csv; charset=utf-8", "audit.csv");
    }

    private static async Task WriteCsvAsync(Stream body, IAsyncEnumerable<AuditEntry> entries)
    {
        await using var file = new CsvFile(body);
        await file.WriteRowAsync("id", "at", "actor", "act", "subject", "why", "before", "after", "part_of");
        await foreach (var entry in entries)
        {
            await file.WriteRowAsync(
                entry.Id.ToString(CultureInfo.InvariantCulture), entry.At.ToString("O", CultureInfo.InvariantCulture),
                entry.Actor, entry.Act, entry.Subject, entry.Why, entry.Before, entry.After,
                entry.PartOf?.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static Task WriteJsonAsync(Stream body, IAsyncEnumerable<AuditEntry> entries) =>
        JsonSerializer.SerializeAsync(body, entries.Select(entry => new
        {
            entry.Id,
            entry.At,
            entry.Actor,
            entry.Act,
            entry.Subject,
            entry.Why,
            Before = Raw(entry.Before),
            After = Raw(entry.After),
            entry.PartOf,
        }), JsonSerializerOptions.Web);

    private static JsonElement? Raw(string? json) => json is null ? null : JsonElement.Parse(json);
}
