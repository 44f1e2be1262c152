using static ShiftReminders.Tests.Telemetry.Protobuf;

namespace ShiftReminders.Tests.Telemetry;

/// <summary>One span, read from the wire format of OpenTelemetry (protobuf).</summary>
public sealed record CollectedSpan
{
    public required string Trace { get; init; }

    public required string Id { get; init; }

    public required string Parent { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>The spans of an ExportTraceServiceRequest: resource_spans 1, scope_spans 2, spans 2.</summary>
    internal static IEnumerable<CollectedSpan> Read(byte[] request) =>
        from resource in Fields(request).Where(field => field.Number == 1)
        from scope in Fields(resource.Bytes).Where(field => field.Number == 2)
        from span in Fields(scope.Bytes).Where(field => field.Number == 2)
        select Of([.. Fields(span.Bytes)]);

    private static CollectedSpan Of(List<Field> fields) => new()
    {
        Trace = Hex(fields, 1),
        Id = Hex(fields, 2),
        Parent = Hex(fields, 4),
        Name = Text(fields, 5),
        Attributes = fields.Where(field => field.Number == 9).Select(field => Fields(field.Bytes).ToList())
            .ToDictionary(pair => Text(pair, 1), pair => Value([.. Fields(pair.Single(field => field.Number == 2).Bytes)])),
    };

    // An AnyValue: a text is 1, a whole number 3.
    private static string Value(List<Field> value) =>
        value.Exists(field => field.Number == 1) ? Text(value, 1) : $"{value.FirstOrDefault(field => field.Number == 3)?.Number64}";

    private static string Hex(List<Field> fields, int number) => Convert.ToHexString(fields.Find(field => field.Number == number)?.Bytes ?? []);
}
