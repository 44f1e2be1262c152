namespace ShiftReminders.Web.Data.Migrations;

/// <summary>The migrations that travel inside the assembly, so that a container needs no source tree to migrate.</summary>
public static class EmbeddedMigrations
{
    private const string Prefix = "migrations/";

    /// <summary>All of them, in the order in which they are applied.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        .. typeof(EmbeddedMigrations).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Read),
    ];

    private static Migration Read(string resource)
    {
        using var stream = typeof(EmbeddedMigrations).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return new Migration(resource[Prefix.Length..], reader.ReadToEnd().ReplaceLineEndings("\n"));
    }
}
