using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Edge;

/// <summary>Settings of what stands between the network and the pages, <c>Portal__*</c>.</summary>
public sealed class EdgeOptions
{
    public const string Section = "Portal";

    /// <summary>
    /// The names under which browsers reach the portal, separated by commas, without scheme and port; <c>*.example.test</c>
    /// stands for every name below. Default none: any name is taken; the log at the start and <c>check</c> say so.
    /// </summary>
    public string AllowedHosts { get; set; } = "";

    internal IEnumerable<string> HostEntries =>
        AllowedHosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Reports every wrong setting of the edge at once, by the name under which it is set.</summary>
public sealed class EdgeOptionsValidator : IValidateOptions<EdgeOptions>
{
    public ValidateOptionsResult Validate(string? name, EdgeOptions options)
    {
        string[] errors = [.. Errors(options)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(EdgeOptions options)
    {
        foreach (var host in options.HostEntries.Where(host => !IsHost(host)))
            yield return $"Portal__AllowedHosts holds '{host}', which is no host name such as portal.example.test or *.example.test.";
    }

    private static bool IsHost(string entry) =>
        entry == "*" || Uri.CheckHostName(entry.StartsWith("*.", StringComparison.Ordinal) ? entry[2..] : entry) != UriHostNameType.Unknown;
}
