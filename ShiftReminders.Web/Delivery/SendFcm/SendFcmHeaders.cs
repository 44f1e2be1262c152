namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>Who we are to the function. Custom headers replace ours of the same name.</summary>
internal static class SendFcmHeaders
{
    /// <summary>Such a key is no JWT: as a bearer token it would be refused.</summary>
    private const string SecretKeyPrefix = "sb_secret_";

    public static IReadOnlyDictionary<string, string> Of(SendFcmOptions options)
    {
        // Supabase refuses secret keys from whatever looks like a browser, so we say what we are.
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["User-Agent"] = "ShiftReminders/1.0" };
        if (!string.IsNullOrEmpty(options.ServiceRoleKey))
        {
            headers["apikey"] = options.ServiceRoleKey;
            if (!options.ServiceRoleKey.StartsWith(SecretKeyPrefix, StringComparison.Ordinal))
                headers["Authorization"] = $"Bearer {options.ServiceRoleKey}";
        }
        foreach (var (name, value) in options.Headers)
            headers[name] = value;
        return headers;
    }
}
