using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Audit;

public sealed partial class AuditPage
{
    private IReadOnlyList<string> acts = [];
    private AuditSlice? shown;
    private string? actor;
    private string? act;
    private string? subject;
    private DateTime? from;
    private DateTime? to;

    [Inject]
    public required AuditLog Audit { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [SupplyParameterFromQuery]
    public string? Actor { get; set; }

    [SupplyParameterFromQuery]
    public string? Act { get; set; }

    [SupplyParameterFromQuery]
    public string? Subject { get; set; }

    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [SupplyParameterFromQuery]
    public string? To { get; set; }

    /// <summary>The keyset: only entries with a smaller id.</summary>
    [SupplyParameterFromQuery(Name = "before")]
    public string? BeforeText { get; set; }

    /// <summary>The act whose reminders are shown.</summary>
    [SupplyParameterFromQuery(Name = "open")]
    public string? OpenText { get; set; }

    private long? Opened => long.TryParse(OpenText, out var id) ? id : null;

    private long? Before => long.TryParse(BeforeText, out var id) && id > 0 ? id : null;

    private AuditFilter Filter { get; set; } = new();

    private string Headline => Filter.IsEmpty ? "Audit" : "Audit, filtered";

    protected override Task OnParametersSetAsync()
    {
        Filter = AuditFilter.Parse(Actor, Act, Subject, From, To);
        (actor, act, subject) = (Filter.Actor, Filter.Act, Filter.Subject);
        (from, to) = (Midnight(Filter.From), Midnight(Filter.To));
        return base.OnParametersSetAsync();
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        acts = await Audit.ReadActsAsync(cancellationToken);
        shown = await Audit.ReadPageAsync(Filter, Clocks.Site, Before, cancellationToken);
    }

    private void Apply()
    {
        var typed = AuditFilter.Parse(actor, act, subject, null, null) with { From = Day(from), To = Day(to) };
        Navigation.NavigateTo(Url(PortalUrls.Audit, typed, null));
    }

    // MudBlazor's calendar knows days only as midnights.
    private static DateTime? Midnight(DateOnly? day) => day?.ToDateTime(TimeOnly.MinValue);

    private static DateOnly? Day(DateTime? midnight) => midnight is { } moment ? DateOnly.FromDateTime(moment) : null;

    private static long? ReminderOf(AuditEntry entry) =>
        entry.Subject.Split(' ') is ["reminder", var number] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private string PageUrl(long? before) => Url(PortalUrls.Audit, Filter, before);

    private string OpenUrl(long? act) =>
        Navigation.GetUriWithQueryParameters(PageUrl(Before), new Dictionary<string, object?> { ["open"] = act });

    private string ExportUrl(string format) =>
        Navigation.GetUriWithQueryParameters($"{PortalUrls.Audit}/export", new Dictionary<string, object?>(Filter.ToQuery()) { ["format"] = format });

    private string Url(string path, AuditFilter filter, long? before) =>
        Navigation.GetUriWithQueryParameters(path, new Dictionary<string, object?>(filter.ToQuery()) { ["before"] = before });
}
