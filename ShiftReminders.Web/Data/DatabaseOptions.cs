using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Data;

/// <summary>How the app stands to its database, beside the connection string. Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>
    /// How long a start waits for a database that does not answer, alive but not ready, before the process ends: up to a day;
    /// zero: not at all. Default: 5 min.
    /// </summary>
    public TimeSpan WaitAtStart { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>The connection string is no option of its own; it is validated here, with all other settings at the start.</summary>
internal sealed class DatabaseOptionsValidator(IConfiguration configuration) : IValidateOptions<DatabaseOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        var errors = new List<string>();
        if (!DatabaseConnection.TryRead(configuration, DatabaseConnection.App, out _, out var error)) errors.Add(error);
        if (options.WaitAtStart < TimeSpan.Zero || options.WaitAtStart > Longest)
            errors.Add($"{DatabaseOptions.Section}__{nameof(options.WaitAtStart)} is {options.WaitAtStart}; it must be {TimeSpan.Zero} to {Longest}.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
