using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Access.SecondFactor;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Web.Components.Account;

public sealed partial class AccountPage
{
    [Inject]
    public required Accounts Accounts { get; set; }

    [Inject]
    internal SignIns SignIns { get; set; } = null!;

    [Inject]
    public required Passkeys Passkeys { get; set; }

    [Inject]
    public required IOptions<AccessOptions> Access { get; set; }

    [Inject]
    public required SignInThrottle Throttle { get; set; }

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    [SupplyParameterFromForm(FormName = "password")]
    public NewPassword Input { get; set; } = null!;

    private string? Message { get; set; }

    private bool Failed { get; set; }

    private Guid Id => Http.User.AccountId()!.Value;

    private string RoleWords
    {
        get
        {
            var roles = Http.User.FindAll(ClaimTypes.Role).Select(claim => claim.Value).Order();
            var words = string.Join(", ", roles);
            return words.Length == 0 ? "no role yet" : words;
        }
    }

    protected override void OnInitialized() => Input ??= new NewPassword();

    private async Task ChangePasswordAsync()
    {
        Failed = true;
        var attempt = Throttle.Begin($"change {Id}", Http.Connection.RemoteIpAddress);
        if (attempt.MustWait)
        {
            Message = Http.TellToWait(attempt.Wait, "present password");
            return;
        }
        var result = await Accounts.ChangePasswordAsync(Id, Input.Present, Input.Wanted, Http.RequestAborted);
        Message = result.Problem ?? "Your password is changed. Other devices are signed out.";
        Failed = !result.Succeeded;
        if (!result.WasGuess) attempt.Succeeded();
        if (result.Succeeded) await SignIns.RefreshAsync(Id);
    }

    private async Task SignOutEverywhereAsync()
    {
        await Accounts.SignMyselfOutEverywhereAsync(Id, Http.RequestAborted);
        await Http.SignOutAsync(IdentityConstants.ApplicationScheme);
        Http.Response.Redirect(PortalUrls.SignIn);
    }

    public sealed class NewPassword
    {
        [Required(ErrorMessage = "Enter your present password."), StringLength(200)]
        public string Present { get; set; } = "";

        [Required(ErrorMessage = "Choose a password."), StringLength(200)]
        [MinLength(AccessOptions.ShortestPassword, ErrorMessage = "Use at least 12 characters.")]
        public string Wanted { get; set; } = "";

        [Compare(nameof(Wanted), ErrorMessage = "The two are not the same.")]
        public string Again { get; set; } = "";
    }
}
