using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Reminders.Listing;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>Finds a person of the host app by a part of the name: offers who is meant while one types, by mouse and by keyboard.</summary>
public sealed partial class PersonPicker : IDisposable
{
    private const int Most = 20;
    private const int Shortest = 2;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private readonly string listId = $"people-{Guid.NewGuid():N}";
    private IReadOnlyList<Person> offered = [];
    private CancellationTokenSource looking = new();
    private string typed = "";
    private string? note;
    private bool open;
    private int active;

    [Inject]
    public required PersonSearch Search { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Parameter]
    public string Placeholder { get; set; } = "Any person";

    [Parameter]
    public string Label { get; set; } = "Person, by a part of the name";

    [Parameter]
    public EventCallback<Person> Picked { get; set; }

    private bool Listed => open && offered.Count > 0;

    private string? Note => note ?? (offered.Count == Most ? $"These are the first {Most}: type more of the name." : null);

    private string? Told => !open ? null : Note ?? (offered.Count == 1 ? "1 person" : $"{offered.Count} people");

    public void Dispose()
    {
        looking.Cancel();
        looking.Dispose();
    }

    private string OptionId(int place) => $"{listId}-{place}";

    private void Close()
    {
        looking.Cancel();
        open = false;
    }

    private async Task LookAsync()
    {
        // Typed on: who was looked for before is not meant any more.
        await looking.CancelAsync();
        looking.Dispose();
        looking = new CancellationTokenSource();
        var mine = looking.Token;
        if (ReminderFilterQuery.TextOf(typed) is not { Length: >= Shortest } name)
        {
            open = false;
            return;
        }
        try
        {
            await Task.Delay(Pause, Time, mine);
            var people = await Search.FindAsync(name, Most, mine);
            if (mine.IsCancellationRequested) return;
            (offered, note) = (people, people.Count == 0 ? $"No person found for “{name}”." : null);
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            (offered, note) = ([], PersonSearch.Failed);
        }
        (open, active) = (true, 0);
    }

    private Task PressAsync(KeyboardEventArgs press)
    {
        if (press.Key == "Escape") Close();
        if (!Listed) return press.Key == "ArrowDown" && !open ? LookAsync() : Task.CompletedTask;
        if (press.Key == "Enter") return PickAsync(offered[active]);
        active = press.Key switch
        {
            "ArrowDown" => (active + 1) % offered.Count,
            "ArrowUp" => (active + offered.Count - 1) % offered.Count,
            _ => active,
        };
        return Task.CompletedTask;
    }

    private Task PickAsync(Person person)
    {
        Close();
        (typed, offered) = ("", []);
        return Picked.InvokeAsync(person);
    }
}
