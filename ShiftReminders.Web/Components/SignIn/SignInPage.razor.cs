using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Access.SecondFactor;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Web.Components.SignIn;

public sealed partial class SignInPage
{
    [Inject]
    internal SignIns SignIns { get; set; } = null!;

    [Inject]
    public required IOptions<OpenIdOptions> OpenId { get; set; }

    [Inject]
    public required IOptions<AccessOptions> Access { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    [Inject]
    public required Passkeys Passkeys { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in")]
    public Credentials Input { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "passkey")]
    public ShownPasskey Shown { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    [SupplyParameterFromQuery]
    public string? Problem { get; set; }

    private string? Message { get; set; }

    private string Back => AccessPaths.LocalOr(ReturnUrl, PortalUrls.Now);

    private string OpenIdUrl => AccessPaths.ThenBack(PortalUrls.OpenIdSignIn, Back);

    protected override void OnInitialized()
    {
        Input ??= new Credentials();
        Shown ??= new ShownPasskey();
        Message = Enum.TryParse<SignInProblem>(Problem, out var problem) ? problem.Sentence() : null;
        if (!HttpMethods.IsGet(Http.Request.Method)) return;
        if (Http.User.Identity?.IsAuthenticated != true)
        {
            // In the address it is still told when the page is loaded again, without the cookie that told it.
            if (Http.Problem() is var noted and not SignInProblem.None && problem != noted)
                Http.Response.Redirect(Navigation.GetUriWithQueryParameter(AccessPaths.Problem, noted.ToString()));
            return;
        }
        Leave();
    }

    // NavigateTo would stop the renderer amid the page, and what is written then may hold the document within itself.
    private void Leave() => Http.Response.Redirect(Navigation.ToAbsoluteUri(Back).ToString());

    private void GoOn(string page) =>
        Http.Response.Redirect(Navigation.ToAbsoluteUri(AccessPaths.ThenBack(page, Back)).ToString());

    private async Task SignInAsync()
    {
        var answer = await SignIns.SignInAsync(Input.Email, Input.Password, Http);
        switch (answer.Outcome)
        {
            case SignInOutcome.SignedIn:
                Leave();
                break;
            case SignInOutcome.SignedInToSetUp:
                GoOn(PortalUrls.SecondFactor);
                break;
            case SignInOutcome.AsksForCode:
                GoOn(PortalUrls.SignInCode);
                break;
            case SignInOutcome.Refused:
                Message = "Email or password is wrong. Nobody was signed in.";
                break;
            case SignInOutcome.MustWait:
                Message = Http.TellToWait(answer.Wait, SignIns.WithPassword);
                break;
        }
    }

    private async Task SignInWithPasskeyAsync()
    {
        var answer = await SignIns.SignInWithPasskeyAsync(Shown.Credential ?? "", Http);
        Shown = new ShownPasskey();
        if (answer.Outcome == SignInOutcome.SignedIn) Leave();
        else Message = "This passkey opens no account here, or was shown too late. Nobody was signed in.";
    }

    public sealed class ShownPasskey
    {
        public string? Credential { get; set; }
    }

    public sealed class Credentials
    {
        [Required(ErrorMessage = "Enter your email address."), StringLength(254)]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Enter your password."), StringLength(1000)]
        public string Password { get; set; } = "";
    }
}
