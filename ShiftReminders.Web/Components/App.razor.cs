using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace ShiftReminders.Web.Components;

/// <summary>The document. Everything in it is local: the portal makes no external request.</summary>
public sealed partial class App
{
    /// <summary>Written by portal.js, so that the first answer already knows where the viewer is.</summary>
    public const string ViewerZoneCookie = "viewer-time-zone";

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    // Who is not signed in is handed nothing that opens a circuit, whichever page that is.
    private InteractiveServerRenderMode? PageRenderMode =>
        Http?.User.Identity?.IsAuthenticated == true && Http.AcceptsInteractiveRouting() ? RenderMode.InteractiveServer : null;

    private string? ViewerZoneId => Http?.Request.Cookies[ViewerZoneCookie];
}
