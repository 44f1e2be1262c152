using System.Security.Cryptography;
using Npgsql;

namespace ShiftReminders.Tests.Support;

/// <summary>
/// A PostgreSQL server of the tests' own, made by the same script as the one behind <c>./dev up</c>. The database
/// <see cref="CronDatabase"/> is the one in which pg_cron may work.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    /// <summary>The one database of a cluster that can hold pg_cron.</summary>
    public const string CronDatabase = "shift_reminders";

    private static readonly string Script = Repository.Database("dev", "cluster.sh");

    private static readonly string Parent = Path.Combine(Path.GetTempPath(), "shift-reminders-tests");

    private readonly string directory;
    private readonly string ownerPassword = RandomNumberGenerator.GetHexString(24);
    private readonly string appPassword = RandomNumberGenerator.GetHexString(24);

    private PostgresCluster(string directory) => this.directory = directory;

    /// <summary>
    /// Makes and starts a cluster with the database <see cref="CronDatabase"/>, pg_cron in it where the server has it, nothing of ours.
    /// </summary>
    /// <param name="settings">PostgreSQL's settings, as <c>name=value</c>.</param>
    public static async Task<PostgresCluster> CreateAsync(params string[] settings)
    {
        await RemoveAbandonedAsync();
        var directory = Path.Combine(Parent, $"{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        Directory.CreateDirectory(directory);
        var cluster = new PostgresCluster(directory);
        await Commands.RunAsync("bash", [Script, "create", directory, CronDatabase, .. settings]);
        await cluster.StartAsync();
        await cluster.SetUpAsync();
        return cluster;
    }

    public int Port => int.Parse(File.ReadAllText(Path.Combine(directory, "port")), null);

    /// <summary>Where this server's own programs lie, <c>pg_dump</c> among them.</summary>
    public string ProgramDirectory => File.ReadAllText(Path.Combine(directory, "bin")).Trim();

    /// <summary>All that the server has logged so far.</summary>
    public string Log => File.ReadAllText(Path.Combine(File.ReadAllText(Path.Combine(directory, "data-path")).Trim(), "log"));

    public string SuperuserConnectionString(string database) =>
        ConnectionString(database, "postgres", File.ReadAllText(Path.Combine(directory, "password")).Trim());

    public string OwnerConnectionString(string database) => ConnectionString(database, "owner", ownerPassword);

    public string AppConnectionString(string database) => ConnectionString(database, "shift_reminders_app", appPassword);

    public Task StartAsync() => Commands.RunAsync("bash", Script, "start", directory);

    /// <summary>Stops the server: <c>fast</c> as an operator does, <c>immediate</c> as a crash does.</summary>
    public Task StopAsync(string mode = "fast") => Commands.RunAsync("bash", Script, "stop", directory, mode);

    /// <summary>The server and all its sessions stand still: connections are taken, and nothing is answered.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync() => await Commands.RunAsync("bash", Script, "remove", directory);

    private async Task SignalAsync(string signal)
    {
        var server = File.ReadLines(Path.Combine(File.ReadAllText(Path.Combine(directory, "data-path")).Trim(), "cluster", "postmaster.pid")).First();
        await Commands.RunAsync("bash", "-c", $"kill -{signal} {server} $(pgrep -P {server})");
    }

    private string ConnectionString(string database, string user, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = user,
        Password = password,
        MaxPoolSize = 20,
        IncludeErrorDetail = true,
        PersistSecurityInfo = true,
    }.ConnectionString;

    private async Task SetUpAsync()
    {
        await Sql.ExecuteFileAsync(SuperuserConnectionString("postgres"), Repository.Database("dev", "cluster.sql"));
        await Sql.ExecuteAsync(
            SuperuserConnectionString("postgres"),
            $"ALTER ROLE owner PASSWORD '{ownerPassword}'",
            $"CREATE DATABASE {CronDatabase} OWNER owner");
        await using var database = NpgsqlDataSource.Create(SuperuserConnectionString(CronDatabase));
        if (await database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_cron')"))
            await Sql.ExecuteFileAsync(SuperuserConnectionString(CronDatabase), Repository.Database("dev", "pg_cron.sql"));
    }

    /// <summary>A test run that was killed leaves its servers behind; their directories begin with its process id.</summary>
    private static async Task RemoveAbandonedAsync()
    {
        Directory.CreateDirectory(Parent);
        foreach (var directory in Directory.GetDirectories(Parent))
        {
            var owner = Path.GetFileName(directory).Split('-')[0];
            if (!Directory.Exists($"/proc/{owner}"))
                await Commands.RunAsync("bash", Script, "remove", directory);
        }
    }
}
