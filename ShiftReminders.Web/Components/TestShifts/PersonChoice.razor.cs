using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.TestShifts;

/// <summary>Chooses people, by search and by ticking; those without a phone can be chosen too.</summary>
public sealed partial class PersonChoice : IDisposable
{
    private const int Most = 200;
    private readonly CancellationTokenSource leaving = new();
    private List<Person>? found;
    private string words = "";
    private string? problem;

    [Inject]
    public required PersonSearch Search { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<Guid> Chosen { get; set; }

    [Parameter]
    public EventCallback<IReadOnlyList<Guid>> ChosenChanged { get; set; }

    private List<Person> Shown => found ?? [];

    private string Summary => Chosen.Count switch { 0 => "nobody chosen", 1 => "1 chosen", var many => $"{many:N0} chosen" };

    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override Task OnInitializedAsync() => FindAsync();

    private static string Phones(Person person) => person switch
    {
        { RemindersOff: true } => "reminders off",
        { Devices: 0 } => "no phone",
        _ => CountWords.Of(person.Devices, "phone"),
    };

    private async Task FindAsync()
    {
        var asked = words;
        try
        {
            var answer = await Search.FindAsync(asked, Most, leaving.Token);
            if (asked == words) (found, problem) = ([.. answer], null);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            (found, problem) = ([], PersonSearch.Failed);
        }
    }

    private Task SearchAsync(string typed)
    {
        words = typed;
        return FindAsync();
    }

    private Task ToggleAsync(Person person, bool chosen) =>
        ChangeAsync(chosen ? [.. Chosen, person.UserId] : [.. Chosen.Where(id => id != person.UserId)]);

    private Task ChooseShown() => ChangeAsync([.. Chosen.Union(Shown.Select(person => person.UserId))]);

    private Task ChangeAsync(IReadOnlyList<Guid> chosen) => ChosenChanged.InvokeAsync(chosen);
}
