using System.Security.Claims;

namespace ShiftReminders.Web.Access;

/// <summary>
/// Where somebody is, for the log: as the connection says, or a proxy that is believed. Pages that stay open act outside of
/// any request, so the address is among the claims that they were opened with; it is in no cookie.
/// </summary>
internal static class ClientAddress
{
    private const string Type = "shift-reminders/client-address";
    private const string Unknown = "unknown";

    public static WebApplication UseClientAddress(this WebApplication app)
    {
        app.Use(static (http, next) =>
        {
            if (http.User.Identity?.IsAuthenticated == true)
            {
                // A principal of its own: the cookie may yet be renewed from the one that it gave.
                http.User = new ClaimsPrincipal([.. http.User.Identities, new ClaimsIdentity([new Claim(Type, Of(http))])]);
            }
            return next(http);
        });
        return app;
    }

    public static string Of(HttpContext http) => http.Connection.RemoteIpAddress switch
    {
        null => Unknown,
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        var address => address.ToString(),
    };

    public static string Of(ClaimsPrincipal person) => person.FindFirstValue(Type) ?? Unknown;
}
