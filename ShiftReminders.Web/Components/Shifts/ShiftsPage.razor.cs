using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Rules;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Shifts;

/// <summary>The board of a day. Its whole state is its address.</summary>
public sealed partial class ShiftsPage
{
    private static readonly IReadOnlySet<string> NothingFound = new HashSet<string>();
    private IReadOnlyList<Rule> rules = [];
    private IReadOnlyList<BoardShift>? board;
    private IReadOnlyList<BoardShift> shown = [];
    private IReadOnlyList<BoardShift> unreachable = [];
    private Ledger? ledger;
    private IReadOnlySet<string> found = NothingFound;
    private Explanation? why;
    private string? words = "";

    [Inject]
    public required ShiftBoard Board { get; set; }

    [Inject]
    public required RuleBook RuleBook { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [SupplyParameterFromQuery]
    public string? Day { get; set; }

    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    [SupplyParameterFromQuery]
    public string? Show { get; set; }

    [SupplyParameterFromQuery(Name = "shift")]
    public string? ShiftText { get; set; }

    [SupplyParameterFromQuery(Name = "person")]
    public string? PersonText { get; set; }

    [SupplyParameterFromQuery]
    public string? Kind { get; set; }

    private BoardView View { get; set; } = new() { Day = default };

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Now, Clocks.Site).DateTime);

    private bool Filtered => View is not { Words: "", Group: null, Unreachable: false };

    private string DayWords => View.Day.ToString("dddd, d MMMM yyyy", CultureInfo.InvariantCulture);

    private string Counted => View.Group is not null
        ? $"{CountWords.Of(shown.Sum(shift => shift.Reminders.Count(row => View.Counts(row, Now))), "reminder")} of {CountWords.Of(shown.Count, "shift")}"
        : shown.Count == board?.Count ? CountWords.Of(shown.Count, "shift") : $"{shown.Count:N0} of {CountWords.Of(board!.Count, "shift")}";

    private string Headline
    {
        get
        {
            if (board is null || ledger is null) return "Shifts";
            if (ledger[LedgerGroup.Unaccounted] is > 0 and var lost) return lost == 1 ? "One expected reminder is unaccounted for" : $"{lost:N0} expected reminders are unaccounted for";
            if (ledger[LedgerGroup.Failed] is > 0 and var failed) return failed == 1 ? "One reminder of this day failed" : $"{failed:N0} reminders of this day failed";
            if (board.Count == 0) return "No shifts on this day";
            return ledger[LedgerGroup.ToCome] > 0 ? "Every expected reminder is accounted for so far" : "Every expected reminder is accounted for";
        }
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var asked = BoardView.Parse(Day, Q, Show, ShiftText, PersonText, Kind, Today);
        if (asked.Words != View.Words || board is null) words = asked.Words;
        View = asked;
        var (from, to) = asked.Range(Clocks.Site);
        rules = await RuleBook.ListAsync(cancellationToken);
        board = await Board.BetweenAsync(from, to, cancellationToken);
        ledger = Ledger.Of(board, Now);
        unreachable = [.. board.Where(shift => shift.CannotBeReached(Now))];
        found = asked.Words.Length == 0 ? NothingFound : await Board.ContainingAsync(board.SelectMany(TextsOf), asked.Words, cancellationToken);
        shown = [.. board.Where(shift => asked.Shows(shift, found, Now))];
        why = asked is { Shift: { } id, Person: { } person, Kind: { } kind } ? await Board.ExplainAsync(id, person, kind, cancellationToken) : null;
    }

    private BoardView Next(BoardShift shift)
    {
        var next = shift.NextDue(Now);
        var reminder = shift.Reminders.FirstOrDefault(row => row.DueAt == next) ?? shift.Shift;
        return View with { Unreachable = true, Group = null, Words = "", Shift = reminder.ScheduleId, Person = reminder.UserId, Kind = reminder.NotifyType };
    }

    private static IEnumerable<string> TextsOf(BoardShift shift) => shift.Shift.Label is { } label ? [shift.Who, label] : [shift.Who];

    private void Search() => Navigation.NavigateTo(HrefOf(View with { Words = words?.Trim() ?? "" }));

    private string HrefOf(BoardView view) => Navigation.GetUriWithQueryParameters(PortalUrls.Shifts, new Dictionary<string, object?>
    {
        ["day"] = view.Day == Today ? null : view.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["q"] = view.Words.Length == 0 ? null : view.Words,
        ["show"] = view.Unreachable ? BoardView.UnreachableFilter : view.Group?.ToString().ToLowerInvariant(),
        ["shift"] = view.Shift,
        ["person"] = view.Shift is null ? null : view.Person?.ToString(),
        ["kind"] = view.Shift is null ? null : view.Kind,
    });
}
