using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Web.Telemetry;

public static class TelemetrySetup
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    // RFC 3339. Without a format the JSON console writes no time at all.
    private const string LogTimestamp = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly TimeSpan DatabasePatience = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Metrics at <c>/metrics</c>, health at <c>/health/live</c> and <c>/health/ready</c>, JSON logs outside Development;
    /// with <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> traces and metrics go there too.
    /// </summary>
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
        builder.Services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateOnStart();
        builder.Services.AddHostedService<QueueGauges>();
        builder.Services.AddSingleton<CircuitCount>();
        builder.Services.AddSingleton<CircuitHandler>(services => services.GetRequiredService<CircuitCount>());
        // One for all probes: it keeps its answer for a moment.
        builder.Services.AddSingleton<DatabaseHealthCheck>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", tags: ["ready"], timeout: DatabasePatience);
        if (!builder.Environment.IsDevelopment())
            builder.Logging.ClearProviders().AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, LogTimestamp));
        AddOpenTelemetry(builder);
        return builder;
    }

    public static WebApplication MapTelemetry(this WebApplication app)
    {
        // Made now, or the gauge would be missing instead of zero until the first page is open.
        app.Services.GetRequiredService<CircuitCount>();
        // Live says only that the process answers and its loops come round: a restart does not bring a database back.
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") }).AllowAnonymous();
        app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous();
        return app;
    }

    /// <summary>Turns away who asks for the metrics without the token, when one is set. Before the endpoints.</summary>
    public static WebApplication UseMetricsToken(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<TelemetryOptions>>().Value.MetricsToken is not { Length: > 0 } token) return app;
        var wanted = Encoding.UTF8.GetBytes($"Bearer {token}");
        app.Use(async (http, next) =>
        {
            if (http.Request.Path.StartsWithSegments("/metrics", StringComparison.OrdinalIgnoreCase)
                && !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString()), wanted))
            {
                http.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }
            await next(http);
        });
        return app;
    }

    private static void AddOpenTelemetry(WebApplicationBuilder builder)
    {
        var exports = !string.IsNullOrWhiteSpace(builder.Configuration[OtlpEndpoint]);
        var version = typeof(TelemetrySetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("shift-reminders", serviceVersion: version, serviceInstanceId: ThisProcess.Name))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(ReminderTelemetry.Name).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation()
                    .AddPrometheusExporter();
                if (exports) metrics.AddOtlpExporter();
            });
        if (exports)
            telemetry.WithTracing(traces => traces
                .AddSource(ReminderTelemetry.Name, DeliveryTracing.SourceName).AddNpgsql().AddAspNetCoreInstrumentation().AddOtlpExporter());
    }
}
