using System.Diagnostics;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Start;

/// <summary>From starting the program to its first answers, and what it holds once it waits for work.</summary>
internal static class StartBenchmark
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Idling = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var fcm = await FcmProcess.StartAsync();
        await database.TickAsync();
        // Once for nothing: so that the files are in the machine's memory, as they are when a replica is replaced.
        await MeasureAsync(database, fcm, TimeSpan.Zero);
        List<Started> starts = [];
        for (var round = 0; round < wanted.Rounds; round++) starts.Add(await MeasureAsync(database, fcm, Idling));

        var table = new Table("Start: `dotnet ShiftReminders.Web.dll` on a migrated database", "from the start of the process", "median", "longest");
        Row(table, "to the first answer of /health/live", starts.Select(start => start.Live.TotalMilliseconds), Figures.Milliseconds);
        Row(table, "to the first sign-in page", starts.Select(start => start.SignIn.TotalMilliseconds), Figures.Milliseconds);
        Row(table, $"memory, idle for {Idling.TotalSeconds:0} s", starts.Select(start => start.Memory), Figures.Megabytes);
        return table;
    }

    private static async Task<Started> MeasureAsync(BenchDatabase database, FcmProcess fcm, TimeSpan idling)
    {
        var address = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var settings = ReminderApp.Settings(database, fcm, concurrency: 256);
        settings["ASPNETCORE_URLS"] = address.ToString();
        using var http = new HttpClient { BaseAddress = address };
        var began = TimeProvider.System.GetTimestamp();
        using var process = Launch(settings);
        try
        {
            await WhenAnsweredAsync(http, "/health/live");
            var live = TimeProvider.System.GetElapsedTime(began);
            await WhenAnsweredAsync(http, "/sign-in");
            var signIn = TimeProvider.System.GetElapsedTime(began);
            await Task.Delay(idling, TimeProvider.System, CancellationToken.None);
            return new Started(live, signIn, ProcessorTime.Memory(process.Id));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static Process Launch(Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [RunningApp.Assembly]) { WorkingDirectory = Path.GetDirectoryName(RunningApp.Assembly) };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task WhenAnsweredAsync(HttpClient http, string path)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(path, patience.Token);
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException refused) when (refused.StatusCode is null)
            {
                await Task.Delay(Step, TimeProvider.System, patience.Token);
            }
        }
    }

    private static void Row(Table table, string title, IEnumerable<double> values, Func<double, string> write)
    {
        var all = values.ToArray();
        table.Add(title, write(all.Median()), write(all.Max()));
    }

    private sealed record Started(TimeSpan Live, TimeSpan SignIn, double Memory);
}
