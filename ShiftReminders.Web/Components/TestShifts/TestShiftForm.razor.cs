using Microsoft.AspNetCore.Components;
using MudBlazor;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Rules;
using ShiftReminders.Web.TestShifts;

namespace ShiftReminders.Web.Components.TestShifts;

/// <summary>What a tester wants, with the moments at which reminders will be due beside it.</summary>
public sealed partial class TestShiftForm
{
    // More than this at once is asked about once more.
    private const int ManyShifts = 200;
    private readonly bool[] wrong = new bool[5];
    private IReadOnlyList<Guid> people = [];
    private TimeSpan? startsIn = new TimeSpan(0, 15, 20);
    private TimeSpan? lasts = TimeSpan.FromHours(8);
    private TimeSpan? apart = TimeSpan.Zero;
    private TimeSpan? checkInAfter;
    private TimeSpan? checkOutAfter;
    private int count = 1;
    private string label = "Test";
    private string zone = "";
    private string why = "Testing";
    private bool enqueueNow = true;
    private bool touched;
    private bool busy;

    [Inject]
    public required Acting Acting { get; set; }

    [Inject]
    public required IDialogService Dialogs { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    [Parameter, EditorRequired]
    public required TestBatches Batches { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<Rule> Rules { get; set; }

    /// <summary>The new batch.</summary>
    [Parameter]
    public EventCallback<long> OnSeeded { get; set; }

    private string ButtonWords => $"Seed {CountWords.Of(count, "shift")}";

    private IEnumerable<DueLine> Dues => Rules.Where(rule => rule.Enabled).Select(rule =>
        DueLine.For(rule, startsIn ?? TimeSpan.Zero, lasts ?? TimeSpan.Zero, Time.GetUtcNow(), Clocks));

    private string? Complaint =>
        people.Count == 0 ? "Choose at least one person."
        : Array.IndexOf(wrong, true) >= 0 ? "Correct the marked time first."
        : count is < 1 or > TestShiftPlan.MostShifts ? $"Choose 1 to {TestShiftPlan.MostShifts:N0} shifts."
        : zone.Trim().Length > 0 && Clocks.Find(zone.Trim()) is null ? $"“{zone}” is no time zone. Write it like Europe/Berlin."
        : string.IsNullOrWhiteSpace(why) ? "Say why."
        : null;

    private void Choose(IReadOnlyList<Guid> chosen)
    {
        // One shift for each person is what most want; whoever wants another number says so afterwards.
        if (count == Math.Max(people.Count, 1)) count = Math.Max(chosen.Count, 1);
        people = chosen;
    }

    private void Note(int field, bool isWrong) => wrong[field] = isWrong;

    private async Task SeedAsync()
    {
        touched = true;
        if (busy || Complaint is not null || !await IsSureAsync()) return;
        busy = true;
        try
        {
            long batch = 0;
            var done = await Acting.DoAsync(Act.SeedTestShifts, async permit =>
            {
                batch = await Batches.CreateAsync(permit, Plan(), CancellationToken.None);
                return $"{CountWords.Of(count, "test shift is", "test shifts are")} there.";
            }, CancellationToken.None);
            if (done) await OnSeeded.InvokeAsync(batch);
        }
        finally
        {
            busy = false;
        }
    }

    private async Task<bool> IsSureAsync() => count <= ManyShifts || await Dialogs.ConfirmAsync(new Confirmation
    {
        Title = $"Seed {count:N0} shifts?",
        Act = ButtonWords,
        Scope = builder => builder.AddContent(0,
            $"{CountWords.Of(count, "shift")} of {CountWords.Of(people.Count, "person", "people")} go into the shift app's own tables, and their reminders to the channel of this environment. They can be removed together."),
        AskWhy = false,
        Type = "seed",
    }) is not null;

    private TestShiftPlan Plan() => new()
    {
        People = people,
        Shifts = count,
        StartsIn = startsIn ?? TimeSpan.Zero,
        Lasts = lasts ?? TimeSpan.Zero,
        Apart = apart ?? TimeSpan.Zero,
        Label = string.IsNullOrWhiteSpace(label) ? null : label.Trim(),
        TimeZone = string.IsNullOrWhiteSpace(zone) ? null : zone.Trim(),
        CheckInAfter = checkInAfter,
        CheckOutAfter = checkOutAfter,
        EnqueueNow = enqueueNow,
        Why = why.Trim(),
    };
}
