using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ShiftReminders.Tests.Support.FakeOpenId;

/// <summary>
/// An OpenID Connect provider on the loopback that signs in whoever <see cref="Person"/> is, without asking. It checks
/// what a real one checks: client, secret, redirect address, PKCE, and that a code is used once.
/// </summary>
public sealed class FakeOpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "shift-reminders";
    public const string ClientSecret = "the client's secret";
    public const string KeyId = "1";

    private readonly RSA key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, Authorization> codes = new();
    private readonly WebApplication app;

    private FakeOpenIdProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/.well-known/openid-configuration", Configuration);
        app.MapGet("/keys", Keys);
        app.MapGet("/authorize", Authorize);
        app.MapPost("/token", TokenAsync);
        app.MapGet("/userinfo", () => Results.Json(new { sub = Person.Subject }));
    }

    /// <summary>Who signs in next.</summary>
    public OutsidePerson Person { get; set; } = new("subject-1");

    /// <summary>Set to let the provider say no instead.</summary>
    public bool Refuses { get; set; }

    /// <summary>Set to put another nonce into the token than was asked for, as a replayed token has.</summary>
    public bool ReplaysAnotherNonce { get; set; }

    /// <summary>Set to change each token before it is made.</summary>
    public Action<SecurityTokenDescriptor>? Forge { get; set; }

    /// <summary>What it calls itself, in its metadata and tokens, if that is not where it is.</summary>
    public string? Issuer { get; set; }

    public string Authority => app.Urls.First();

    public byte[] PublicKey => key.ExportSubjectPublicKeyInfo();

    public static async Task<FakeOpenIdProvider> StartAsync()
    {
        var provider = new FakeOpenIdProvider();
        await provider.app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }

    private IResult Configuration() => Results.Json(new
    {
        issuer = Issuer ?? Authority,
        authorization_endpoint = $"{Authority}/authorize",
        token_endpoint = $"{Authority}/token",
        userinfo_endpoint = $"{Authority}/userinfo",
        jwks_uri = $"{Authority}/keys",
        response_types_supported = new[] { "code" },
        subject_types_supported = new[] { "public" },
        id_token_signing_alg_values_supported = new[] { "RS256" },
    });

    private IResult Keys()
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return Results.Json(new
        {
            keys = new[]
            {
                new { kty = "RSA", use = "sig", kid = KeyId, n = Base64UrlEncoder.Encode(parameters.Modulus), e = Base64UrlEncoder.Encode(parameters.Exponent) },
            },
        });
    }

    private IResult Authorize(HttpRequest request)
    {
        var asked = request.Query;
        if (asked["client_id"] != ClientId || asked["code_challenge_method"] != "S256") return Results.BadRequest();
        var answer = new Dictionary<string, string?> { ["state"] = asked["state"] };
        if (Refuses)
        {
            answer["error"] = "access_denied";
        }
        else
        {
            var code = answer["code"] = RandomNumberGenerator.GetHexString(32);
            codes[code] = new Authorization(asked["nonce"]!, asked["code_challenge"]!, asked["redirect_uri"]!);
        }
        return Results.Redirect(QueryHelpers.AddQueryString(asked["redirect_uri"]!, answer));
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var challenge = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        var right = codes.TryRemove(form["code"].ToString(), out var authorization)
            && form["client_id"] == ClientId && form["client_secret"] == ClientSecret
            && form["redirect_uri"] == authorization.RedirectUri && challenge == authorization.Challenge;
        return right
            ? Results.Json(new { access_token = "access", token_type = "Bearer", expires_in = 300, id_token = IdToken(authorization!.Nonce) })
            : Results.Json(new { error = "invalid_grant" }, statusCode: StatusCodes.Status400BadRequest);
    }

    private string IdToken(string nonce)
    {
        var token = new SecurityTokenDescriptor
        {
            Issuer = Issuer ?? Authority,
            Audience = ClientId,
            Claims = Person.Claims(ReplaysAnotherNonce ? "another" : nonce),
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(key) { KeyId = KeyId }, SecurityAlgorithms.RsaSha256),
        };
        Forge?.Invoke(token);
        return new JsonWebTokenHandler().CreateToken(token);
    }

    private sealed record Authorization(string Nonce, string Challenge, string RedirectUri);
}

/// <summary>Somebody as the provider knows them.</summary>
public sealed record OutsidePerson(string Subject)
{
    public string? Email { get; init; }

    public bool EmailVerified { get; init; } = true;

    public string[] Groups { get; init; } = [];

    /// <summary>When the provider last asked them who they are; null: it does not tell.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    internal Dictionary<string, object> Claims(string nonce)
    {
        var claims = new Dictionary<string, object> { ["sub"] = Subject, ["nonce"] = nonce, ["groups"] = Groups };
        if (AskedAt is { } asked) claims["auth_time"] = asked.ToUnixTimeSeconds();
        if (Email is null) return claims;
        claims["email"] = Email;
        claims["email_verified"] = EmailVerified;
        return claims;
    }
}
