using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

internal static class OpenIdSetup
{
    public const string Scheme = "OpenId";

    // Signatures that only the provider can make. With a shared secret, whoever verifies could forge.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static void AddOpenId(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<OpenIdOptions>, OpenIdOptionsValidator>();
        services.AddOptions<OpenIdOptions>().BindConfiguration(OpenIdOptions.Section).ValidateOnStart();
        services.AddSingleton<OpenIdAccounts>();
        if (string.IsNullOrEmpty(builder.Configuration[$"{OpenIdOptions.Section}:{nameof(OpenIdOptions.Authority)}"])) return;
        services.AddAuthentication().AddOpenIdConnect(Scheme, _ => { });
        services.AddOptions<OpenIdConnectOptions>(Scheme).Configure<IOptions<OpenIdOptions>>(Configure);
    }

    private static void Configure(OpenIdConnectOptions protocol, IOptions<OpenIdOptions> settings)
    {
        var ours = settings.Value;
        protocol.Authority = ours.Authority;
        protocol.RequireHttpsMetadata = !new Uri(ours.Authority!).IsLoopback;
        protocol.ClientId = ours.ClientId;
        protocol.ClientSecret = ours.ClientSecret;
        protocol.CallbackPath = AccessPaths.OpenIdCallback;
        protocol.ResponseType = OpenIdConnectResponseType.Code;
        protocol.ResponseMode = OpenIdConnectResponseMode.Query;
        protocol.UsePkce = true;
        protocol.MapInboundClaims = false;
        protocol.GetClaimsFromUserInfoEndpoint = true;
        protocol.SaveTokens = false;
        protocol.SignInScheme = IdentityConstants.ApplicationScheme;
        protocol.TokenValidationParameters.ValidAlgorithms = Algorithms;
        // By default the issuer is whoever the provider's metadata name, and they might name another provider.
        protocol.TokenValidationParameters.IssuerValidator = (issuer, _, _) => ours.IsIssuer(issuer)
            ? issuer
            : throw new SecurityTokenInvalidIssuerException($"The token was issued by '{issuer}'; OpenId__Issuer, or else OpenId__Authority, says who may.");
        protocol.Scope.Add("email");
        foreach (var scope in ours.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)) protocol.Scope.Add(scope);
        // The answer to a query-mode request is a top-level GET, so the stricter Lax suffices, and works on plain http.
        protocol.CorrelationCookie.SameSite = SameSiteMode.Lax;
        protocol.NonceCookie.SameSite = SameSiteMode.Lax;
        protocol.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        protocol.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        // userinfo's claims are mapped one by one by default, which would drop the one with the roles.
        protocol.ClaimActions.Clear();
        protocol.ClaimActions.MapAll();
        protocol.Events.OnTokenValidated = AskForSignature;
        protocol.Events.OnTicketReceived = TakeOverAsync;
        protocol.Events.OnRemoteFailure = FailAsync;
    }

    // .NET lets a token pass unsigned when the provider itself handed it over; what stands between may be more than TLS.
    private static Task AskForSignature(TokenValidatedContext validated)
    {
        if (string.IsNullOrEmpty(validated.SecurityToken.RawSignature)) validated.Fail("The provider's token is not signed.");
        return Task.CompletedTask;
    }

    /// <summary>Replaces the provider's identity by our account's, so that all that follows knows one kind of sign-in.</summary>
    private static async Task TakeOverAsync(TicketReceivedContext received)
    {
        var services = received.HttpContext.RequestServices;
        var outside = services.GetRequiredService<OpenIdAccounts>();
        var result = await outside.SignInAsync(received.Principal ?? new ClaimsPrincipal(), received.HttpContext.RequestAborted);
        if (result.AccountId is not { } id)
        {
            received.HandleResponse();
            SendBack(received.HttpContext, result.Problem);
            return;
        }
        // A provider that knew the person already has let them in without asking; what it tells of that counts.
        if (received.Principal.AuthenticatedAt() is { } asked) received.Properties!.SetProvedAt(asked);
        var identity = services.GetRequiredService<AccountSignIn>();
        var account = await services.GetRequiredService<UserManager<Account>>().FindByIdAsync(id.ToString());
        received.Principal = await identity.CreateUserPrincipalAsync(account!);
    }

    private static Task FailAsync(RemoteFailureContext failed)
    {
        failed.HttpContext.RequestServices.GetRequiredService<ILogger<OpenIdAccounts>>()
            .LogWarning("Sign-in with the OpenID provider failed: {Reason}", failed.Failure?.Message);
        var events = failed.HttpContext.RequestServices.GetRequiredService<SecurityEvents>();
        events.StrangerRefused(events.Here, OpenIdAccounts.Method);
        failed.HandleResponse();
        SendBack(failed.HttpContext, SignInProblem.ProviderFailed);
        return Task.CompletedTask;
    }

    private static void SendBack(HttpContext http, SignInProblem problem) =>
        http.Response.Redirect($"{AccessPaths.SignIn}?problem={problem}");
}
