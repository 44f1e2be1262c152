using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Rules;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Tonight;

/// <summary>Who is not reminded tonight, and why: the evening and the night in one list. Its whole state is its address.</summary>
public sealed partial class TonightPage
{
    private const int Most = 1000;
    private TonightList? list;

    [Inject]
    public required ShiftBoard Board { get; set; }

    [Inject]
    public required RuleBook RuleBook { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [SupplyParameterFromQuery]
    public string? Day { get; set; }

    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [SupplyParameterFromQuery]
    public string? To { get; set; }

    [SupplyParameterFromQuery]
    public string? Why { get; set; }

    [SupplyParameterFromQuery]
    public string? Show { get; set; }

    private TonightView View { get; set; } = new() { Day = default };

    private DateTime SiteNow => TimeZoneInfo.ConvertTime(Now, Clocks.Site).DateTime;

    private DateOnly Tonight => TonightView.DayOf(SiteNow);

    private IReadOnlyList<TonightRow> Shown { get; set; } = [];

    private int Matching { get; set; }

    /// <summary>Before how many of the rows it is now; 0: before none of them.</summary>
    private int NowRow { get; set; }

    private string SpanWords
    {
        get
        {
            var (from, to) = View.Range(Clocks.Site);
            return $"{TimeWords.Clock(from, Clocks.Site, Now, seconds: false)} to {TimeWords.Clock(to, Clocks.Site, Now, seconds: false)}";
        }
    }

    private string Headline => list switch
    {
        null => "Who is not reminded tonight?",
        { All.Count: 0 } => "No shift needs a reminder in this time",
        { People: 0 } => "Everybody is reminded in this time",
        { People: 1, OnShift: var all } => $"1 of {all:N0} people is not reminded in this time",
        { People: var some, OnShift: var all } => $"{some:N0} of {all:N0} people are not reminded in this time",
    };

    private string NothingHere => list is { All.Count: 0 } ? "No shift starts or ends in this time." : "Nobody is left out here.";

    private string ExportHref => Navigation.GetUriWithQueryParameters(PortalUrls.TonightExport, View.Query(Tonight));

    private IEnumerable<(string Name, int Count, TonightView View)> Parts
    {
        get
        {
            yield return ("Not reminded", list!.Unreminded.Count, View with { Cause = null, Everything = false });
            foreach (var (cause, count) in list.Causes)
                yield return (UnremindedWords.NameOf(cause), count, View with { Cause = cause, Everything = false });
            yield return ("Every reminder", list.All.Count, View with { Cause = null, Everything = true });
        }
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        View = TonightView.Parse(Day, From, To, Why, Show, SiteNow);
        var range = View.Range(Clocks.Site);
        list = await TonightList.ReadAsync(Board, RuleBook, range, Now, cancellationToken);
        var matching = list.Shown(View);
        (Matching, Shown) = (matching.Count, [.. matching.Take(Most)]);
        var now = Now;
        NowRow = now >= range.From && now < range.To ? Shown.TakeWhile(row => row.Reminder.DueAt <= now).Count() : 0;
    }

    private string HrefOf(TonightView view) => Navigation.GetUriWithQueryParameters(PortalUrls.Tonight, view.Query(Tonight));
}
