using System.Globalization;
using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>CPU time of processes, user and kernel together, as /proc tells it.</summary>
internal static class ProcessorTime
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const double SecondsPerTick = 0.01;

    public static TimeSpan Of(int processId) => Read(processId) is { } stat ? Seconds(stat.Own) : TimeSpan.Zero;

    /// <summary>A server with all its backends, those that have ended included.</summary>
    public static async Task<TimeSpan> OfPostgresAsync(NpgsqlDataSource superuser)
    {
        var file = await superuser.ScalarAsync<string>("SELECT pg_read_file('postmaster.pid')");
        var postmaster = int.Parse(file!.Split('\n')[0], CultureInfo.InvariantCulture);
        if (Read(postmaster) is not { } server) return TimeSpan.Zero;
        var ticks = server.Own + server.OfEndedChildren;
        foreach (var directory in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var id) && Read(id) is { } stat && stat.Parent == postmaster)
                ticks += stat.Own;
        }
        return Seconds(ticks);
    }

    /// <summary>The most memory that a process has held so far, in bytes.</summary>
    public static double PeakMemory(int processId) => Memory(processId, "VmHWM:");

    public static double Memory(int processId) => Memory(processId, "VmRSS:");

    private static double Memory(int processId, string name)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static TimeSpan Seconds(long ticks) => TimeSpan.FromSeconds(ticks * SecondsPerTick);

    private static Stat? Read(int processId)
    {
        try
        {
            // The program's name may hold spaces; what is counted comes after its closing bracket.
            var text = File.ReadAllText($"/proc/{processId}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new Stat(Number(fields[1]), Number(fields[11]) + Number(fields[12]), Number(fields[13]) + Number(fields[14]));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private readonly record struct Stat(long Parent, long Own, long OfEndedChildren);
}
