using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Npgsql;

namespace ShiftReminders.Web.Data;

/// <summary>
/// A connection string and the setting that it came from, so that whatever goes wrong with it can be said in one
/// sentence that names both and gives nothing secret away.
/// </summary>
public sealed record DatabaseConnection
{
    private DatabaseConnection(string setting, NpgsqlConnectionStringBuilder target)
    {
        Setting = setting;
        Target = target;
    }

    /// <summary>The setting of the app's own role.</summary>
    public const string App = "ShiftReminders";

    /// <summary>The setting of the role that owns our objects and runs the migrations.</summary>
    public const string Migrations = "Migrations";

    /// <summary>The name of the environment variable.</summary>
    public string Setting { get; }

    internal NpgsqlConnectionStringBuilder Target { get; }

    /// <summary>Reads <c>ConnectionStrings:{name}</c>; <paramref name="error"/> says what is wrong with it.</summary>
    public static bool TryRead(
        IConfiguration configuration,
        string name,
        [NotNullWhen(true)] out DatabaseConnection? connection,
        [NotNullWhen(false)] out string? error)
    {
        var setting = $"ConnectionStrings__{name}";
        connection = null;
        error = null;
        var text = configuration.GetConnectionString(name);
        if (string.IsNullOrWhiteSpace(text))
            error = $"{setting} is not set: it names the database, as in 'Host=…;Port=5432;Database=postgres;Username=…;Password=…'.";
        else if (text.Contains("://", StringComparison.Ordinal))
            error = $"{setting} is a URL; write it as 'Host=…;Port=5432;Database=postgres;Username=…;Password=…'.";
        else
            Parse(setting, text, out connection, out error);
        return connection is not null;
    }

    /// <summary>Opens a connection and closes it again; the sentence, if any, says why that did not work.</summary>
    public async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(Target.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return null;
        }
        catch (Exception failure) when (Explain(failure) is { } sentence)
        {
            return sentence;
        }
    }

    /// <summary>What a failure to connect means to an operator, or null if it is another kind of failure.</summary>
    public string? Explain(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } refusal =>
            $"{Server} does not let the role '{Target.Username}' of {Setting} in: {refusal.MessageText}.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            $"{Server} has no database '{Target.Database}', which {Setting} names.",
        PostgresException refusal when IsStarting(refusal) =>
            $"{Server}, which {Setting} names, is not ready: {refusal.MessageText}.",
        PostgresException => null,
        NpgsqlException or SocketException or TimeoutException =>
            $"{Server}, which {Setting} names, cannot be reached: {failure.GetBaseException().Message.TrimEnd('.')}.",
        _ => null,
    };

    private string Server => $"PostgreSQL at {Target.Host}:{Target.Port}";

    private static bool IsStarting(PostgresException refusal) =>
        refusal.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections;

    private static void Parse(string setting, string text, out DatabaseConnection? connection, out string? error)
    {
        connection = null;
        error = null;
        try
        {
            var target = new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(target.Host))
                error = $"{setting} names no Host.";
            else
                connection = new DatabaseConnection(setting, target);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Npgsql's own message may repeat a part of the text, and so of the password.
            error = $"{setting} is not a connection string that Npgsql understands; write it as "
                + "'Host=…;Port=5432;Database=postgres;Username=…;Password=…'.";
        }
    }
}
