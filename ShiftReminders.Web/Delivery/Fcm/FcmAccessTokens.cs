using Google.Apis.Auth.OAuth2;

namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>
/// The bearer token of the service account: asked for once for all who wait, renewed before it runs out. A request that
/// hangs is given up as a whole, so that the next one starts afresh.
/// </summary>
internal sealed class FcmAccessTokens(ServiceAccountCredential account, TimeSpan timeout, TimeProvider time)
{
    private static readonly TimeSpan UsualLife = TimeSpan.FromHours(1);

    /// <summary>A token that is about to run out would do so on its way.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <summary>While the old one still serves, so that an issuer that is away for minutes is not noticed.</summary>
    private static readonly TimeSpan RenewAhead = TimeSpan.FromMinutes(6);

    /// <summary>A second refusal of a brand-new token is not cured by another one.</summary>
    private static readonly TimeSpan RenewAtMostEvery = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private volatile Held? current;
    private Task<FcmAuthorization>? asking;
    private FcmAuthorization? fault;
    private long? renewedAt;
    private long? askedAt;

    private string Issuer => new Uri(account.TokenServerUrl).Authority;

    public ValueTask<FcmAuthorization> GetAsync(CancellationToken cancellationToken)
    {
        if (current is not { } held || held.Left(time) < Margin) return new(Ask().WaitAsync(cancellationToken));
        if (held.Left(time) < RenewAhead) AskAhead();
        return new(held.Authorization);
    }

    /// <summary>Replaces a token that FCM refused. Null: there is no other one to try.</summary>
    public async Task<FcmAuthorization?> RenewAsync(FcmAuthorization refused, CancellationToken cancellationToken)
    {
        Task<FcmAuthorization> renewal;
        lock (gate)
        {
            if (current is { } held && held.Authorization != refused) return held.Authorization;
            if (asking is null && renewedAt is { } at && time.GetElapsedTime(at) < RenewAtMostEvery) return fault;
            renewedAt = time.GetTimestamp();
            current = null;
            renewal = Ask();
        }
        return await renewal.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private Task<FcmAuthorization> Ask()
    {
        lock (gate)
        {
            askedAt = time.GetTimestamp();
            return asking ??= Task.Run(AskIssuerAsync);
        }
    }

    private void AskAhead()
    {
        lock (gate)
        {
            if (asking is null && (askedAt is not { } at || time.GetElapsedTime(at) > RenewAtMostEvery)) Ask();
        }
    }

    private async Task<FcmAuthorization> AskIssuerAsync()
    {
        var answer = await AnswerOfIssuerAsync().ConfigureAwait(false);
        lock (gate)
        {
            asking = null;
            fault = answer.Authorization.Fault is null ? null : answer.Authorization;
            if (fault is null) current = answer;
        }
        return answer.Authorization;
    }

    private async Task<Held> AnswerOfIssuerAsync()
    {
        // By our own clock that only ticks: the machine's may be stepped while the token lives.
        var asked = time.GetTimestamp();
        using var patience = new CancellationTokenSource(timeout, time);
        try
        {
            await account.RequestAccessTokenAsync(patience.Token).WaitAsync(patience.Token).ConfigureAwait(false);
            if (!CanBeSent(account.Token.AccessToken))
                return new Held(new FcmAuthorization { Fault = $"{Issuer} could not be reached: it answered without a token that a header can hold" }, asked, TimeSpan.Zero);
            var life = account.Token.ExpiresInSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : UsualLife;
            return new Held(new FcmAuthorization { Header = $"Bearer {account.Token.AccessToken}" }, asked, life);
        }
        catch (Exception fault)
        {
            // Whatever it is, it is why there is no token; the callers hand that on.
            return new Held(FcmTokenFault.Of(fault, Issuer, time.GetUtcNow()), asked, TimeSpan.Zero);
        }
    }

    private static bool CanBeSent(string? token) => !string.IsNullOrEmpty(token) && token.All(letter => letter is > ' ' and <= '~');

    private sealed record Held(FcmAuthorization Authorization, long AskedAt, TimeSpan Life)
    {
        public TimeSpan Left(TimeProvider time) => Life - time.GetElapsedTime(AskedAt);
    }
}
