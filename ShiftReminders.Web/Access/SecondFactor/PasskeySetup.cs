using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access.SecondFactor;

internal static class PasskeySetup
{
    private const string Required = "required";

    public static void AddPasskeys(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<PasskeyOptions>, PasskeyOptionsValidator>();
        services.AddOptions<PasskeyOptions>().BindConfiguration(PasskeyOptions.Section).ValidateOnStart();
        services.TryAddScoped<IPasskeyHandler<Account>, PasskeyHandler<Account>>();
        services.AddSingleton<Passkeys>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<IOptions<PasskeyOptions>>(Configure);
    }

    /// <summary>What a browser has to know before it asks for a passkey: one to make, or one to sign in with.</summary>
    public static void MapPasskeys(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(AccessPaths.PasskeyToMake, AskToMakeAsync).RequireAuthorization();
        routes.MapPost(AccessPaths.PasskeyToSignIn, AskToSignInAsync).AllowAnonymous();
    }

    private static void Configure(IdentityPasskeyOptions protocol, IOptions<PasskeyOptions> ours)
    {
        if (string.IsNullOrEmpty(ours.Value.Address)) return;
        var address = new Uri(ours.Value.Address);
        protocol.ServerDomain = address.Host;
        // The name of the page in the address of whoever asks proves nothing: a Host header is the asker's.
        protocol.ValidateOrigin = asked => ValueTask.FromResult(
            !asked.CrossOrigin && Uri.TryCreate(asked.Origin, UriKind.Absolute, out var origin) && origin == address);
        // Both factors in one: what one has is the device, and the device asks for what one knows or is.
        protocol.UserVerificationRequirement = Required;
        // Whoever signs in types no address, so the device has to know whose passkey it is.
        protocol.ResidentKeyRequirement = Required;
    }

    private static Task<IResult> AskToMakeAsync(HttpContext http, IAntiforgery antiforgery, Passkeys passkeys, AccountSignIn identity) =>
        AskAsync(http, antiforgery, passkeys, async () =>
            await identity.UserManager.GetUserAsync(http.User) is { } account
                ? await identity.MakePasskeyCreationOptionsAsync(new() { Id = account.Id.ToString(), Name = account.Email!, DisplayName = account.Email! })
                : null);

    private static Task<IResult> AskToSignInAsync(HttpContext http, IAntiforgery antiforgery, Passkeys passkeys, AccountSignIn identity) =>
        AskAsync(http, antiforgery, passkeys, async () => await identity.MakePasskeyRequestOptionsAsync(user: null));

    private static async Task<IResult> AskAsync(HttpContext http, IAntiforgery antiforgery, Passkeys passkeys, Func<Task<string?>> make)
    {
        if (!passkeys.AreOn) return Results.Problem("This portal offers no passkeys.", statusCode: StatusCodes.Status404NotFound);
        if (!await antiforgery.IsRequestValidAsync(http)) return Results.Problem("Load the page again.", statusCode: StatusCodes.Status400BadRequest);
        return await make() is { } options
            ? Results.Content(options, "application/json")
            : Results.Problem("Your account is gone. Sign in again.", statusCode: StatusCodes.Status404NotFound);
    }
}
