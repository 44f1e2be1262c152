using Microsoft.Extensions.Options;
using ShiftReminders.Web.Components;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Edge;
using ShiftReminders.Web.Telemetry;

namespace ShiftReminders.Web.CommandLine;

/// <summary>What settings leave open to the network. A start says it in the log, and <c>check</c> in a line each.</summary>
internal static class OpenDoors
{
    public static IEnumerable<Finding> Read(IServiceProvider services)
    {
        foreach (var name in new[] { DatabaseConnection.App, DatabaseConnection.Migrations })
        {
            if (DatabaseConnection.TryRead(services.GetRequiredService<IConfiguration>(), name, out var connection, out _))
                yield return Connection(connection);
        }
        if (services.GetRequiredService<IHostEnvironment>().IsDevelopment()) yield break;
        yield return string.IsNullOrEmpty(services.GetRequiredService<IOptions<TelemetryOptions>>().Value.MetricsToken)
            ? Finding.Warning("metrics", "whoever reaches this address may read them", "Set Telemetry__MetricsToken.")
            : Finding.Good("metrics", "ask for the token");
        if (!services.GetRequiredService<IOptions<PortalOptions>>().Value.Enabled) yield break;
        yield return services.GetRequiredService<IOptions<EdgeOptions>>().Value.HostEntries.Any()
            ? Finding.Good("hosts", "the portal answers under its own names only")
            : Finding.Warning("hosts", "the portal answers under any name", "Let Portal__AllowedHosts name its own.");
    }

    private static Finding Connection(DatabaseConnection connection) => connection.IsUnverified
        ? Finding.Warning("connection", $"{connection.Setting} leaves this machine and does not make sure who answers", "Add SSL Mode=VerifyFull to it. See DEPLOYMENT.md, \"Connections\".")
        : Finding.Good("connection", $"{connection.Setting} verifies the server, or stays on this machine");
}
