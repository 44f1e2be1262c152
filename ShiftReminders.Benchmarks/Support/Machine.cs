using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static async Task<string> DescribeAsync(BenchServer server)
    {
        await using var postgres = NpgsqlDataSource.Create(server.Cluster.SuperuserConnectionString("postgres"));
        var version = await postgres.ScalarAsync<string>("SHOW server_version");
        var buffers = await postgres.ScalarAsync<string>("SHOW shared_buffers");
        return $"{Environment.ProcessorCount} cores, {MemoryGiB():0} GB of memory, {RuntimeInformation.OSDescription}, "
            + $"{RuntimeInformation.FrameworkDescription}, PostgreSQL {version} (default durability, shared_buffers {buffers}), "
            + $"everything on this one machine; its load when the run began: {Load()}";
    }

    /// <summary>Of the last one, five and fifteen minutes; what runs beside a benchmark shows in it.</summary>
    public static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]);

    private static double MemoryGiB()
    {
        var line = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return double.Parse(words[1], CultureInfo.InvariantCulture) / 1_048_576;
    }
}
