using System.Net;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>The bearer token of the service account. Google's library fetches it and renews it before it runs out.</summary>
internal sealed class FcmAccessTokens(
    ServiceAccountCredential account, TimeSpan timeout, TimeProvider time) : IDisposable
{
    /// <summary>The library renews minutes ahead; asking it for every push would only cost its lock.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(10);

    /// <summary>A second refusal of a brand-new token is not cured by another one.</summary>
    private static readonly TimeSpan RenewAtMostEvery = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim renewing = new(1, 1);
    private volatile Held? current;
    private long? renewedAt;

    public ValueTask<FcmAuthorization> GetAsync(CancellationToken cancellationToken) =>
        current is { } held && time.GetElapsedTime(held.AskedAt) < AskAgainAfter
            ? new(held.Authorization)
            : new(AskAsync(cancellationToken));

    /// <summary>Replaces a token that FCM refused. Null: there is no other one to try.</summary>
    public async Task<FcmAuthorization?> RenewAsync(FcmAuthorization refused, CancellationToken cancellationToken)
    {
        await renewing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (current is { } held && held.Authorization != refused)
                return held.Authorization;
            if (renewedAt is { } at && time.GetElapsedTime(at) < RenewAtMostEvery)
                return null;

            renewedAt = time.GetTimestamp();
            current = null;
            await account.RequestAccessTokenAsync(cancellationToken)
                .WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            return await AskAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsRefusal(fault, cancellationToken))
        {
            return new FcmAuthorization { Fault = Words(fault) };
        }
        finally
        {
            renewing.Release();
        }
    }

    public void Dispose() => renewing.Dispose();

    private async Task<FcmAuthorization> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var askedAt = time.GetTimestamp();
            var token = await account.GetAccessTokenForRequestAsync(cancellationToken: cancellationToken)
                .WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            var authorization = current is { } held && held.Token == token
                ? held.Authorization
                : new FcmAuthorization { Header = $"Bearer {token}" };
            current = new Held(token, authorization, askedAt);
            return authorization;
        }
        catch (Exception fault) when (IsRefusal(fault, cancellationToken))
        {
            return new FcmAuthorization { Fault = Words(fault) };
        }
    }

    private static bool IsRefusal(Exception fault, CancellationToken cancellationToken) =>
        fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested;

    private string Words(Exception fault) => fault switch
    {
        TokenResponseException { Error: { } error } refusal =>
            $"{Issuer} refused the service account: {Status(refusal.StatusCode)}{Redaction.Shorten(error.Error ?? "no reason given", 100)}",
        HttpRequestException or IOException or OperationCanceledException or TimeoutException =>
            $"{Issuer} could not be reached: {FaultWords.Of(fault)}",
        _ => $"No access token from {Issuer}: {fault.GetType().Name}",
    };

    private string Issuer => new Uri(account.TokenServerUrl).Authority;

    private static string Status(HttpStatusCode? status) => status is { } code ? $"{(int)code} " : "";

    private sealed record Held(string Token, FcmAuthorization Authorization, long AskedAt);
}
