using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Processing;

/// <summary>Says everything that is wrong with <see cref="ProcessorOptions"/> at once, by the settings' names.</summary>
public sealed class ProcessorOptionsValidator : IValidateOptions<ProcessorOptions>
{
    public ValidateOptionsResult Validate(string? name, ProcessorOptions options)
    {
        if (!options.Enabled) return ValidateOptionsResult.Skip;
        var errors = new List<string>();
        CheckNumber(errors, nameof(options.BatchSize), options.BatchSize, 5_000);
        CheckNumber(errors, nameof(options.Concurrency), options.Concurrency, 10_000);
        CheckNumber(errors, nameof(options.RateLimit), options.RateLimit, 100_000_000);
        CheckSpan(errors, nameof(options.Lease), options.Lease, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        CheckSpan(errors, nameof(options.PollInterval), options.PollInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        CheckSpan(errors, nameof(options.ProbeInterval), options.ProbeInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        CheckSpan(errors, nameof(options.WatchdogAfter), options.WatchdogAfter, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        if (string.IsNullOrWhiteSpace(options.Name) || options.Name.Length > 200)
            errors.Add($"{Key(nameof(options.Name))} must be 1 to 200 characters.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void CheckNumber(List<string> errors, string key, int value, int most)
    {
        if (value < 1 || value > most) errors.Add($"{Key(key)} is {value}; it must be 1 to {most}.");
    }

    private static void CheckSpan(List<string> errors, string key, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most) errors.Add($"{Key(key)} is {value}; it must be {least} to {most}.");
    }

    private static string Key(string property) => $"{ProcessorOptions.Section}__{property}";
}
