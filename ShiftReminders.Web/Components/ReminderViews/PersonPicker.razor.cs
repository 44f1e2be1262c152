using Microsoft.AspNetCore.Components;
using Npgsql;
using ShiftReminders.Web.Reminders.Listing;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.ReminderViews;

/// <summary>Finds a person of the host app by a part of the name, with the browser's own list of suggestions.</summary>
public sealed partial class PersonPicker
{
    private const int Most = 20;
    private const int Shortest = 2;
    private readonly string listId = $"people-{Guid.NewGuid():N}";
    private Dictionary<string, Person> offered = [];
    private string typed = "";

    [Inject]
    public required People People { get; set; }

    [Parameter]
    public string Placeholder { get; set; } = "Any person";

    [Parameter]
    public string Label { get; set; } = "Person, by a part of the name";

    [Parameter]
    public EventCallback<Person> Picked { get; set; }

    private async Task LookAsync()
    {
        if (offered.TryGetValue(typed, out var person))
        {
            (typed, offered) = ("", []);
            await Picked.InvokeAsync(person);
            return;
        }
        if (ReminderFilterQuery.TextOf(typed) is not { Length: >= Shortest } name) return;
        var asked = typed;
        var people = await FindAsync(name);
        // Typed on meanwhile: that look-up's own answer is on its way.
        if (asked == typed) offered = people;
    }

    private async Task<Dictionary<string, Person>> FindAsync(string name)
    {
        try
        {
            var people = await People.FindAsync(name, Most, CancellationToken.None);
            // Two people may have the same name: then the id tells them apart.
            return people.GroupBy(person => person.Name)
                .SelectMany(same => same.Select(person => (Name: same.Count() == 1 ? same.Key : $"{same.Key} ({person.UserId.ToString()[..8]})", person)))
                .ToDictionary(pair => pair.Name, pair => pair.person);
        }
        catch (NpgsqlException)
        {
            // Suggestions are a convenience; the list itself says what is wrong with the database.
            return [];
        }
    }
}
