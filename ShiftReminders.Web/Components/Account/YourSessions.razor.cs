using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Account;

/// <summary>Where somebody is signed in themselves, and the buttons that end it there.</summary>
public sealed partial class YourSessions
{
    private const string Others = "others";
    private IReadOnlyList<Session> sessions = [];

    [Inject]
    public required Sessions Sessions { get; set; }

    [Inject]
    public required Accounts Accounts { get; set; }

    [Inject]
    public required IOptions<AccessOptions> Access { get; set; }

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    /// <summary>The button that was pressed: a session, or all others.</summary>
    [SupplyParameterFromForm(FormName = "sessions")]
    public string? Ended { get; set; }

    private string? Message { get; set; }

    private bool Failed { get; set; }

    private string Advice => Access.Value.PasswordSignIn ? "Sign out what you do not know, and change your password." : "Sign out what you do not know.";

    private Guid AccountId => Http.User.AccountId()!.Value;

    private Guid Here => Http.User.Session()!.Value.Id;

    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task EndAsync()
    {
        var result = Guid.TryParse(Ended, out var session)
            ? await Accounts.EndMySessionAsync(AccountId, session, Http.RequestAborted)
            : await Accounts.EndMyOtherSessionsAsync(AccountId, Here, Http.RequestAborted);
        Failed = !result.Succeeded;
        Message = result.Problem ?? (Ended == Others ? "You are signed out everywhere but here." : "You are signed out there.");
        await ReadAsync();
    }

    private async Task ReadAsync() => sessions = await Sessions.OfAsync(AccountId, Http.RequestAborted);
}
