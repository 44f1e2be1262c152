using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Web.Components.SignIn;

/// <summary>Asks for the second factor of whoever has just shown the password.</summary>
public sealed partial class SignInCodePage
{
    [Inject]
    internal SignIns SignIns { get; set; } = null!;

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    [SupplyParameterFromForm]
    public CodeInput Input { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    private string? Message { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Input ??= new CodeInput();
        if (HttpMethods.IsGet(Http.Request.Method) && !await SignIns.WaitsForCodeAsync()) Leave(PortalUrls.SignIn);
    }

    private async Task SignInAsync()
    {
        var answer = await SignIns.SignInWithCodeAsync(Input.Code, Http);
        switch (answer.Outcome)
        {
            case SignInOutcome.SignedIn:
                Leave(AccessPaths.LocalOr(ReturnUrl, PortalUrls.Now));
                break;
            case SignInOutcome.MustWait:
                Message = Http.TellToWait(answer.Wait, SignIns.WithCode);
                break;
            default:
                Message = "The code is wrong, was used before, or your password was entered too long ago. Nobody was signed in.";
                break;
        }
    }

    // NavigateTo would stop the renderer amid the page, and what is written then may hold the document within itself.
    private void Leave(string address) => Http.Response.Redirect(Navigation.ToAbsoluteUri(address).ToString());
}
