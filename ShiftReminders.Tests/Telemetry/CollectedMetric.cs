using static ShiftReminders.Tests.Telemetry.Protobuf;

namespace ShiftReminders.Tests.Telemetry;

/// <summary>One metric's name and unit, read from the wire format of OpenTelemetry (protobuf).</summary>
public sealed record CollectedMetric(string Name, string Unit)
{
    /// <summary>The metrics of an ExportMetricsServiceRequest: resource_metrics 1, scope_metrics 2, metrics 2.</summary>
    internal static IEnumerable<CollectedMetric> Read(byte[] request) =>
        from resource in Fields(request).Where(field => field.Number == 1)
        from scope in Fields(resource.Bytes).Where(field => field.Number == 2)
        from metric in Fields(scope.Bytes).Where(field => field.Number == 2)
        let fields = Fields(metric.Bytes).ToList()
        select new CollectedMetric(Text(fields, 1), Text(fields, 3));
}
