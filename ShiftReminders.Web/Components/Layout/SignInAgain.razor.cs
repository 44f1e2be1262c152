using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ShiftReminders.Web.Components.Layout;

/// <summary>
/// Leaves the open page by a full load: the server then decides afresh between signing in, the page with other
/// roles, and "not permitted".
/// </summary>
public sealed partial class SignInAgain
{
    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Parameter, EditorRequired]
    public required AuthenticationState Authentication { get; set; }

    // Not while the page is drawn on the server: there the endpoint has decided already.
    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        var page = "/" + Navigation.ToBaseRelativePath(Navigation.Uri);
        var signedIn = Authentication.User.Identity?.IsAuthenticated == true;
        Navigation.NavigateTo(signedIn ? PortalUrls.AccessDenied : PortalUrls.SignInThenBack(page), forceLoad: true);
    }
}
