using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;

namespace ShiftReminders.Tests.Support;

/// <summary>A pgbouncer in transaction mode in front of one server, as Supabase's pooler on port 6543 is.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string directory;
    private readonly int port;
    private Process? process;

    private PgBouncer(string directory, int port)
    {
        this.directory = directory;
        this.port = port;
    }

    public static async Task<PgBouncer> StartAsync(PostgresCluster cluster)
    {
        var directory = Path.Combine(Path.GetTempPath(), $"shift-reminders-bouncer-{RandomNumberGenerator.GetHexString(8)}");
        Directory.CreateDirectory(directory);
        var bouncer = new PgBouncer(directory, Ports.Free());
        await bouncer.WriteFilesAsync(cluster);
        bouncer.process = Process.Start(bouncer.StartInfo())!;
        await Eventually.TrueAsync($"pgbouncer listens, see {bouncer.LogPath}", Patience, bouncer.ListensAsync);
        return bouncer;
    }

    /// <summary>The same role and database, led through the bouncer.</summary>
    public string Through(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Port = port,
        NoResetOnClose = true,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
        Directory.Delete(directory, recursive: true);
    }

    private string LogPath => Path.Combine(directory, "log");

    private async Task WriteFilesAsync(PostgresCluster cluster)
    {
        var users = new[] { cluster.OwnerConnectionString("postgres"), cluster.AppConnectionString("postgres") }
            .Select(text => new NpgsqlConnectionStringBuilder(text))
            .Select(user => $"\"{user.Username}\" \"{user.Password}\"");
        await File.WriteAllLinesAsync(Path.Combine(directory, "users"), users);
        await File.WriteAllTextAsync(Path.Combine(directory, "ini"), $"""
            [databases]
            * = host=127.0.0.1 port={cluster.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {directory}/users
            pool_mode = transaction
            default_pool_size = 10
            max_client_conn = 200
            ignore_startup_parameters = extra_float_digits,search_path
            logfile = {LogPath}
            """);
        if (Environment.UserName == "root")
            await Commands.RunAsync("chown", "-R", "postgres", directory);
    }

    // It refuses to run as root, as PostgreSQL does.
    private ProcessStartInfo StartInfo() => Environment.UserName == "root"
        ? new("runuser", ["-u", "postgres", "--", "pgbouncer", "-q", $"{directory}/ini"]) { WorkingDirectory = "/" }
        : new("pgbouncer", ["-q", $"{directory}/ini"]) { WorkingDirectory = "/" };

    private async Task<bool> ListensAsync()
    {
        using var socket = new System.Net.Sockets.TcpClient();
        try
        {
            await socket.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return process!.HasExited ? throw new InvalidOperationException($"pgbouncer ended with {process.ExitCode}.") : false;
        }
    }
}
