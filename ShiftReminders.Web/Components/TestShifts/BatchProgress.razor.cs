using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Rules;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.TestShifts;

/// <summary>Each reminder of a batch, live: to come, queued, sending, sent.</summary>
public sealed partial class BatchProgress
{
    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Parameter, EditorRequired]
    public required long BatchId { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<BoardShift> Board { get; set; }

    /// <summary>For the titles of the rules.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<Rule> Rules { get; set; }

    /// <summary>Only this standing; null: all.</summary>
    [Parameter]
    public string? Show { get; set; }

    private List<BoardRow> Rows { get; set; } = [];

    private List<(string Name, int Count)> Counts { get; set; } = [];

    protected override void OnParametersSet()
    {
        BoardRow[] all = [.. Board.SelectMany(shift => shift.Reminders).OrderBy(row => row.DueAt).ThenBy(row => row.ScheduleId)];
        Counts = [.. all.CountBy(row => row.Standing).OrderByDescending(pair => pair.Value).Select(pair => (pair.Key, pair.Value))];
        Rows = Show is null ? [.. all] : [.. all.Where(row => row.Standing == Show)];
    }

    private static string Happened(BoardRow row) => row switch
    {
        { AcceptedAt: { } accepted, DueAt: { } due } => $"accepted {TimeWords.Rough((accepted - due).Duration())} after due",
        { AttendedAt: not null, ReminderId: null } => "already logged what it asks for",
        { Reason: { } reason } => reason.Replace('_', ' '),
        { Standing: "expected" } => "queued shortly before it is due",
        { Standing: "pending" } => "queued",
        { Standing: "sending" } => "with the channel",
        _ => row.Standing.Replace('_', ' '),
    };

    private string TitleOf(string? kind) => Rules.FirstOrDefault(rule => rule.NotifyType == kind)?.Title ?? kind ?? "";

    private string HrefOf(string? standing) =>
        Navigation.GetUriWithQueryParameter("show", standing == Show ? null : standing);
}
