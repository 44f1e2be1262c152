namespace ShiftReminders.Web.Delivery.Http;

/// <summary>Where a provider may be: what goes there holds keys, names and texts.</summary>
internal static class ProviderAddress
{
    /// <summary>Null when the address may be used; else a sentence that names the setting.</summary>
    public static string? Fault(string setting, Uri address) => address switch
    {
        { IsAbsoluteUri: false } or { Scheme: not ("http" or "https") } => $"{setting} must be an https address; it is \"{address}\".",
        { Scheme: "http", IsLoopback: false } =>
            $"{setting} is \"{address}\". Over http anybody between could read the key and the texts: write https:// (http:// is for this machine alone).",
        _ => null,
    };
}
