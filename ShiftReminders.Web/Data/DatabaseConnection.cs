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
    // A server that is frozen takes a connection and never answers it. Npgsql's own 15 seconds are too long for whoever waits.
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(8);

    private const string Example = "'Host=…;Port=5432;Database=postgres;Username=…;Password=…;SSL Mode=VerifyFull'";

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

    /// <summary>Whether it leaves this machine without making sure that the server is the one that it names.</summary>
    public bool IsUnverified => Target.SslMode != SslMode.VerifyFull
        && Target.Host!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(host => !IsLocal(host));

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
            error = $"{setting} is not set: it names the database, as in {Example}.";
        else if (text.Contains("://", StringComparison.Ordinal))
            error = $"{setting} is a URL; write it as {Example}.";
        else
            Parse(setting, text, out connection, out error);
        return connection is not null;
    }

    /// <summary>Opens a connection and closes it again; null: that worked.</summary>
    public async Task<DatabaseProblem?> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(Target.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return null;
        }
        catch (Exception failure) when (Explain(failure) is { } problem)
        {
            return problem;
        }
    }

    /// <summary>What a failure to connect means to an operator, or null if it is another kind of failure.</summary>
    public DatabaseProblem? Explain(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } refusal =>
            new($"{Server} does not let the role '{Target.Username}' of {Setting} in: {refusal.MessageText}.{PasswordLost}", MayPass: false),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            new($"{Server} has no database '{Target.Database}', which {Setting} names.", MayPass: false),
        PostgresException refusal when IsPassing(refusal) =>
            new($"{Server}, which {Setting} names, is not ready: {refusal.MessageText}.", MayPass: true),
        PostgresException => null,
        NpgsqlException or SocketException or TimeoutException =>
            new($"{Server}, which {Setting} names, cannot be reached: {failure.GetBaseException().Message.TrimEnd('.')}.", MayPass: true),
        _ => null,
    };

    private string PasswordLost => Setting.EndsWith(App, StringComparison.Ordinal)
        ? " A restored project has lost the passwords of its roles: migrate gives the role the password of this setting."
        : "";

    private string Server => $"PostgreSQL at {Target.Host}:{Target.Port}";

    // A path is the directory of a socket.
    private static bool IsLocal(string host) => host is ['/' or '@', ..] or "::1"
        || (Uri.TryCreate($"tcp://{host}", UriKind.Absolute, out var server) && server.IsLoopback);

    // Full, starting, stopping, closed to connections for the time being, or a pooler that has lost the server.
    private static bool IsPassing(PostgresException refusal) =>
        refusal.SqlState[..2] is "53" or "08" || refusal.SqlState.StartsWith("57P", StringComparison.Ordinal)
        || refusal.SqlState == PostgresErrorCodes.ObjectNotInPrerequisiteState;

    private static void Parse(string setting, string text, out DatabaseConnection? connection, out string? error)
    {
        connection = null;
        error = null;
        try
        {
            var target = new NpgsqlConnectionStringBuilder(text);
            if (!target.ShouldSerialize("Timeout")) target.Timeout = (int)ConnectPatience.TotalSeconds;
            if (string.IsNullOrEmpty(target.Host))
                error = $"{setting} names no Host.";
            else
                connection = new DatabaseConnection(setting, target);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Npgsql's own message may repeat a part of the text, and so of the password.
            error = $"{setting} is not a connection string that Npgsql understands; write it as "
                + $"{Example}.";
        }
    }
}

/// <summary>Why a database does not let the app work.</summary>
/// <param name="Sentence">Names server and setting, and nothing secret.</param>
/// <param name="MayPass">Whether waiting may help.</param>
public sealed record DatabaseProblem(string Sentence, bool MayPass);
