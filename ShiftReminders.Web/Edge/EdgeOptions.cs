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

    /// <summary>Pages that one account may have open at a time on this replica. 1 or more; default 40.</summary>
    public int OpenPagesPerAccount { get; set; } = 40;

    /// <summary>
    /// Pages that may be open at a time from one address, of all its accounts: an office has one address for everybody.
    /// 1 or more; default 400.
    /// </summary>
    public int OpenPagesPerAddress { get; set; } = 400;

    /// <summary>Files that one account may have made for it at a time on this replica. 1 or more; default 2.</summary>
    public int ExportsPerAccount { get; set; } = 2;

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
        foreach (var (setting, value) in Limits(options).Where(limit => limit.Value < 1))
            yield return $"Portal__{setting} is {value}: it must be 1 or more.";
    }

    private static (string Setting, int Value)[] Limits(EdgeOptions options) =>
    [
        (nameof(options.OpenPagesPerAccount), options.OpenPagesPerAccount),
        (nameof(options.OpenPagesPerAddress), options.OpenPagesPerAddress),
        (nameof(options.ExportsPerAccount), options.ExportsPerAccount),
    ];

    private static bool IsHost(string entry) =>
        entry == "*" || Uri.CheckHostName(entry.StartsWith("*.", StringComparison.Ordinal) ? entry[2..] : entry) != UriHostNameType.Unknown;
}
