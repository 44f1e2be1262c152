using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ShiftReminders.Tests.Support.FakeFcm;

/// <summary>Google's token endpoint: a signed assertion in, a bearer token out.</summary>
public sealed class TokenEndpoint
{
    private int requests;
    private int issued;
    private int oldestValid = 1;

    public int Issued => Volatile.Read(ref issued);

    /// <summary>Non-null: every request for a token is refused with this OAuth error, such as <c>invalid_grant</c>.</summary>
    public string? Refusal { get; set; }

    /// <summary>What the refusal says.</summary>
    public string RefusalDescription { get; set; } = "Invalid JWT Signature.";

    /// <summary>Non-null: every request is answered with this status and a page of HTML, as a gateway does.</summary>
    public int? GatewayStatus { get; set; }

    /// <summary>No request is answered before it ends.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>Requests that came, whatever became of them.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>Tokens handed out so far are refused from now on; new ones are fine.</summary>
    public void RevokeIssued() => Volatile.Write(ref oldestValid, Issued + 1);

    /// <summary>All tokens are refused, new ones too, until <see cref="AcceptAgain"/>.</summary>
    public void RefuseAll() => Volatile.Write(ref oldestValid, int.MaxValue);

    public void AcceptAgain() => Volatile.Write(ref oldestValid, 1);

    internal bool IsValid(string? authorization)
    {
        const string Prefix = "Bearer fake-access-token-";
        return authorization is not null
            && authorization.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(authorization.AsSpan(Prefix.Length), CultureInfo.InvariantCulture, out var number)
            && number >= Volatile.Read(ref oldestValid) && number <= Issued;
    }

    internal async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref requests);
        await Held.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (GatewayStatus is { } status)
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("<html>Bad gateway</html>", context.RequestAborted);
            return;
        }
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var refusal = Refusal ?? (IsAssertion(form) ? null : "invalid_grant");
        context.Response.ContentType = "application/json";
        if (refusal is not null)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(JsonSerializer.Serialize(
                new { error = refusal, error_description = RefusalDescription }), context.RequestAborted);
            return;
        }

        var number = Interlocked.Increment(ref issued);
        await context.Response.WriteAsync(JsonSerializer.Serialize(
            new { access_token = $"fake-access-token-{number}", expires_in = 3599, token_type = "Bearer" }), context.RequestAborted);
    }

    private static bool IsAssertion(IFormCollection form) =>
        form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        && ServiceAccountFile.IsSignedByUs(form["assertion"].ToString());
}
