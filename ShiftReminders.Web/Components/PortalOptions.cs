using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Components;

/// <summary>Settings of the portal, <c>Portal__*</c>.</summary>
public sealed class PortalOptions
{
    public const string Section = "Portal";

    /// <summary>
    /// False: no pages, only <c>/health</c> and <c>/metrics</c>; the process is a processor alone. Default: true.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Shown in the badge at the top of every page. Default: the name of the hosting environment.</summary>
    public string? Environment { get; set; }

    /// <summary>How old a live page may get when no change is announced. Default 5 s, at least 1 s.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Reports every wrong setting of the portal at once, by the name under which it is set.</summary>
public sealed class PortalOptionsValidator(IConfiguration configuration) : IValidateOptions<PortalOptions>
{
    private static readonly TimeSpan ShortestRefresh = TimeSpan.FromSeconds(1);

    public ValidateOptionsResult Validate(string? name, PortalOptions options)
    {
        List<string> errors = [];
        if (options.RefreshInterval < ShortestRefresh)
            errors.Add($"Portal__RefreshInterval is {options.RefreshInterval}; it must be at least {ShortestRefresh}.");
        if (!options.Enabled && PortalSetup.IsOff(configuration["Processor:Enabled"]))
            errors.Add("Portal__Enabled and Processor__Enabled are both false; then there is nothing left to do.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
