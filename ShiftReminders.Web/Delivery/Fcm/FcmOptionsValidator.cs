using Microsoft.Extensions.Options;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>Reports everything that is wrong with the channel's settings at once, each by its name.</summary>
internal sealed class FcmOptionsValidator : IValidateOptions<FcmOptions>
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(60);

    public ValidateOptionsResult Validate(string? name, FcmOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(FcmOptions options)
    {
        var credentials = FcmCredentials.Read(options.CredentialsPath);
        if (credentials.Fault is { } fault)
            yield return fault;
        else if (string.IsNullOrWhiteSpace(options.ProjectId ?? credentials.ProjectId))
            yield return "Fcm__ProjectId is missing, and the file named by Fcm__CredentialsPath has no project_id.";
        else if (credentials.Account is { } account && ProviderAddress.Fault("The token_uri of the file named by Fcm__CredentialsPath", new Uri(account.TokenServerUrl)) is { } elsewhere)
            yield return elsewhere;
        if (ProviderAddress.Fault("Fcm__Endpoint", options.Endpoint) is { } open) yield return open;
        if (options.RequestTimeout < ShortestTimeout || options.RequestTimeout > LongestTimeout)
            yield return $"Fcm__RequestTimeout must be between {ShortestTimeout:c} and {LongestTimeout:c}; it is {options.RequestTimeout:c}.";
        if (options.ConnectTimeout <= TimeSpan.Zero || options.ConnectTimeout > options.RequestTimeout)
            yield return $"Fcm__ConnectTimeout must be positive and at most Fcm__RequestTimeout ({options.RequestTimeout:c}); it is {options.ConnectTimeout:c}.";
        if (options.ConnectionLifetime <= TimeSpan.Zero)
            yield return $"Fcm__ConnectionLifetime must be positive; it is {options.ConnectionLifetime:c}.";
        if (options.MaxConnections < 1)
            yield return $"Fcm__MaxConnections must be at least 1; it is {options.MaxConnections}.";
    }
}
