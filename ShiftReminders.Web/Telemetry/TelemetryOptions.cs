namespace ShiftReminders.Web.Telemetry;

/// <summary>Settings of traces, metrics and logs, <c>Telemetry__*</c>.</summary>
public sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>
    /// Who asks for <c>/metrics</c> must send this as a bearer token. Default: none, anybody who reaches the address may
    /// read the metrics; they hold counts and ages, never names, tokens or texts.
    /// </summary>
    public string? MetricsToken { get; set; }

    /// <summary>How often the queue's gauges are read from the database. Default: 15 seconds.</summary>
    public TimeSpan GaugeInterval { get; set; } = TimeSpan.FromSeconds(15);
}
