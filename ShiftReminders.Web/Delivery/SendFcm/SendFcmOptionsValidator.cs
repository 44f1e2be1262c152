using System.Text.Json;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>Reports everything that is wrong with the channel's settings at once, each by its name.</summary>
internal sealed class SendFcmOptionsValidator : IValidateOptions<SendFcmOptions>
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(150);

    public ValidateOptionsResult Validate(string? name, SendFcmOptions options)
    {
        var faults = CallFaults(options).Concat(BodyFaults(options)).Concat(ReplyFaults(options)).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> CallFaults(SendFcmOptions options)
    {
        if (options.Url is null)
            yield return "SEND_FCM_URL is missing. Set it to the function's address, or SUPABASE_URL to the project's.";
        else if (ProviderAddress.Fault("SEND_FCM_URL", options.Url) is { } open)
            yield return open;
        if (string.IsNullOrWhiteSpace(options.ServiceRoleKey) && options.Headers.Count == 0)
            yield return "SUPABASE_SERVICE_ROLE_KEY is missing, and no SendFcm__Headers say who we are.";
        if (options.ServiceRoleKey is { } key && key.Any(letter => letter is < '!' or > '~'))
            yield return "SUPABASE_SERVICE_ROLE_KEY holds a blank, a line break or a letter that no key has.";
        foreach (var (header, value) in options.Headers)
        {
            if (!IsHeader(header, value))
                yield return $"SendFcm__Headers__{header} cannot be sent as a header.";
            if (header.Equals("User-Agent", StringComparison.OrdinalIgnoreCase) && value.Contains("Mozilla", StringComparison.OrdinalIgnoreCase))
                yield return "SendFcm__Headers__User-Agent must not look like a browser: Supabase then refuses secret keys.";
        }
        if (options.RequestTimeout < ShortestTimeout || options.RequestTimeout > LongestTimeout)
            yield return $"SendFcm__RequestTimeout must be between {ShortestTimeout:c} and {LongestTimeout:c}; it is {options.RequestTimeout:c}.";
        if (options.MaxTokensPerCall < 1)
            yield return $"SendFcm__MaxTokensPerCall must be at least 1; it is {options.MaxTokensPerCall}.";
        if (options.MaxConnections < 1)
            yield return $"SendFcm__MaxConnections must be at least 1; it is {options.MaxConnections}.";
    }

    private static IEnumerable<string> BodyFaults(SendFcmOptions options)
    {
        if (!Enum.IsDefined(options.Shape))
        {
            yield return $"SendFcm__Shape must be Person, Token or Tokens; it is {options.Shape}.";
            yield break;
        }
        SendFcmBody? body = null;
        try
        {
            body = new SendFcmBody(options);
        }
        catch (JsonException)
        {
        }
        if (body is null)
        {
            yield return "SendFcm__BodyTemplate is not JSON.";
            yield break;
        }
        var needed = options.Shape switch
        {
            SendFcmShape.Person => "{user_id}",
            SendFcmShape.Token => "{token}",
            SendFcmShape.Tokens => "{tokens}",
        };
        // A call that names nobody has been known to reach everybody.
        if (!body.Placeholders.Contains(needed))
            yield return $"SendFcm__BodyTemplate must hold \"{needed}\", because SendFcm__Shape is {options.Shape}.";
        foreach (var unknown in body.UnknownPlaceholders)
            yield return $"SendFcm__BodyTemplate holds the unknown placeholder \"{unknown}\".";
    }

    private static IEnumerable<string> ReplyFaults(SendFcmOptions options)
    {
        if (options.MaxReplyBytes < 256)
            yield return $"SendFcm__MaxReplyBytes must be at least 256; it is {options.MaxReplyBytes}.";
        foreach (var status in options.SuccessStatuses.Where(status => status is < 100 or > 599))
            yield return $"SendFcm__SuccessStatuses holds {status}, which is no HTTP status.";
        for (var i = 0; i < options.Success.Count; i++)
        {
            if (!IsJson(options.Success[i].Expected))
                yield return $"SendFcm__Success__{i}__Expected must be JSON, such as true or \"ok\"; it is {options.Success[i].Expected}.";
        }
        foreach (var pointer in Pointers(options).Where(pointer => !JsonPointer.IsValid(pointer)))
            yield return $"SendFcm: \"{pointer}\" is no JSON pointer; one begins with \"/\".";
        for (var i = 0; i < options.Errors.Count; i++)
        {
            if (!IsPattern(options.Errors[i].Pattern))
                yield return $"SendFcm__Errors__{i}__Pattern is no regular expression: {options.Errors[i].Pattern}.";
        }
    }

    private static IEnumerable<string> Pointers(SendFcmOptions options) =>
        [.. options.Success.Select(rule => rule.At), .. options.SentCounts, .. options.FailedCounts,
            options.Results ?? "", options.ResultSuccess, options.ResultMessageId];

    private static bool IsHeader(string name, string value)
    {
        using var probe = new HttpRequestMessage();
        return probe.Headers.TryAddWithoutValidation(name, value) && !value.AsSpan().ContainsAny('\r', '\n', '\0');
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonElement.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            return pattern.Length > 0 && SendFcmErrors.Compile(pattern) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
