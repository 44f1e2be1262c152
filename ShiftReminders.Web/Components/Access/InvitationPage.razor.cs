using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Web.Components.Access;

public sealed partial class InvitationPage
{
    [Inject]
    public required Accounts Accounts { get; set; }

    [Inject]
    public required SignInThrottle Throttle { get; set; }

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    [SupplyParameterFromQuery]
    public string? Account { get; set; }

    [SupplyParameterFromForm]
    public NewPassword Input { get; set; } = null!;

    private string? Problem { get; set; }

    private bool Done { get; set; }

    // Used, expired or broken off: another password would not help.
    private bool Dead { get; set; }

    protected override void OnInitialized() => Input ??= new NewPassword();

    private async Task SetPasswordAsync()
    {
        var attempt = Throttle.Begin($"link {Account}", Http.Connection.RemoteIpAddress);
        if (attempt.MustWait)
        {
            Problem = Http.TellToWait(attempt.Wait, "link");
            return;
        }
        _ = Guid.TryParse(Account, out var id);
        var result = await Accounts.AcceptInvitationAsync(id, Input.Code ?? "", Input.Password, SignedInAs, Http.RequestAborted);
        Problem = result.Problem;
        (Done, Dead) = (result.Succeeded, result.WasGuess);
        if (!result.WasGuess) attempt.Succeeded();
    }

    private string? SignedInAs =>
        Http.User.Identity is { IsAuthenticated: true } person ? person.Name : null;

    public sealed class NewPassword
    {
        public string? Code { get; set; }

        [Required(ErrorMessage = "Choose a password."), StringLength(200)]
        [MinLength(AccessOptions.ShortestPassword, ErrorMessage = "Use at least 12 characters.")]
        public string Password { get; set; } = "";

        [Compare(nameof(Password), ErrorMessage = "The two are not the same.")]
        public string Again { get; set; } = "";
    }
}
