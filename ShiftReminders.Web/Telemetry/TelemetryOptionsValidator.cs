using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Telemetry;

internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public ValidateOptionsResult Validate(string? name, TelemetryOptions options) =>
        options.GaugeInterval >= Shortest
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Telemetry__GaugeInterval is {options.GaugeInterval}; it must be at least {Shortest}.");
}
