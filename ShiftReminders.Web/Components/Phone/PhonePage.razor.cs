using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.Sandbox;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Phone;

/// <summary>The Sandbox channel's phones. With another channel it only says so.</summary>
public sealed partial class PhonePage
{
    private const int MostPeople = 200;
    private const int MostPushes = 60;
    private string words = "";
    private IReadOnlyList<Person> people = [];
    private IReadOnlyList<PersonDevice>? devices;
    private IReadOnlyList<SandboxPush> pushes = [];
    private IReadOnlyDictionary<string, SandboxBehaviour> behaviours = new Dictionary<string, SandboxBehaviour>();
    private IReadOnlyDictionary<Guid, Person> named = new Dictionary<Guid, Person>();
    private Person? person;
    // Whom the page was opened for leads the list: far down in it nobody would see who is chosen.
    private Guid? linked;

    [Inject]
    public required IServiceProvider Services { get; set; }

    [Inject]
    public required People People { get; set; }

    [Inject]
    public required PersonSearch Search { get; set; }

    [Inject]
    public required IOptions<DeliveryOptions> Delivery { get; set; }

    [Inject]
    public required PhoneActs PhoneActs { get; set; }

    [Inject]
    public required Acting Acting { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [SupplyParameterFromQuery(Name = "person")]
    public string? PersonText { get; set; }

    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    // Only the Sandbox channel registers them.
    private SandboxPhones? Phones => Services.GetService<SandboxPhones>();

    private string RealPhones => Delivery.Value.Channel is { } channel
        ? $"Reminders go to real phones here: the channel is {channel}."
        : "Reminders go to real phones here.";

    private Guid? PersonId => Guid.TryParse(PersonText, out var id) ? id : null;

    private string Headline => (person, pushes.Count) switch
    {
        (null, _) => "Simulated phones",
        ({ } one, 0) => $"Nothing has arrived on the phone of {one.Name}",
        ({ } one, 1) => $"One notification on the phone of {one.Name}",
        ({ } one, var many) => $"{many} notifications on the phones of {one.Name}",
    };

    protected override void OnInitialized()
    {
        base.OnInitialized();
        words = Q ?? "";
        linked = PersonId;
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (Phones is not { } phones) return;
        var id = PersonId;
        var found = await Search.FindAsync(words, MostPeople, cancellationToken);
        pushes = await phones.ListAsync(id, MostPushes, cancellationToken);
        behaviours = await phones.BehavioursAsync(cancellationToken);
        named = await People.NamedAsync([.. pushes.Select(push => push.UserId), .. id is { } one ? [one] : Array.Empty<Guid>()], cancellationToken);
        devices = id is null ? null : await People.DevicesOfAsync(id.Value, cancellationToken);
        person = id is null ? null : named.GetValueOrDefault(id.Value);
        people = words.Length == 0 && id == linked && person is not null ? [person, .. found.Where(other => other.UserId != id)] : found;
    }

    private Task SearchAsync(string typed)
    {
        words = typed;
        // The address keeps the search, without a step of the browser's history for each letter.
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", words.Length == 0 ? null : words), replace: true);
        return Task.CompletedTask;
    }

    private string NameOf(Guid id) => named.GetValueOrDefault(id)?.Name ?? id.ToString();

    private string HrefOf(Guid? id) => Navigation.GetUriWithQueryParameter("person", id?.ToString());

    private async Task ClearAsync()
    {
        if (PersonId is not { } id) return;
        await Acting.DoAsync(Act.PlayPhones, async permit =>
        {
            var cleared = await PhoneActs.ClearAsync(permit, id, CancellationToken.None);
            return $"{CountWords.Of(cleared, "notification")} cleared.";
        }, CancellationToken.None);
        await RefreshAsync();
    }
}
