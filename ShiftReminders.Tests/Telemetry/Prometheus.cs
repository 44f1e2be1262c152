using System.Diagnostics;
using System.Text.Json;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Telemetry;

/// <summary>The real Prometheus on the loopback, asking one app every second.</summary>
public sealed class Prometheus : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string directory = Directory.CreateTempSubdirectory("shift-reminders-prometheus-").FullName;
    private readonly Process process;
    private readonly HttpClient http;

    private Prometheus(Uri app)
    {
        var port = Ports.Free();
        File.WriteAllText(Path.Combine(directory, "prometheus.yaml"), $"""
            global: {"{"}scrape_interval: 1s{"}"}
            scrape_configs:
              - job_name: shift-reminders
                static_configs: [{"{"}targets: ['{app.Authority}']{"}"}]
            """);
        process = Process.Start(new ProcessStartInfo(
            "prometheus",
            [
                $"--config.file={directory}/prometheus.yaml", $"--storage.tsdb.path={directory}/data",
                $"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
            ]))!;
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public static async Task<Prometheus> StartAsync(Uri app)
    {
        var prometheus = new Prometheus(app);
        await Eventually.TrueAsync("Prometheus answers", Patience, prometheus.AnswersAsync);
        return prometheus;
    }

    /// <summary>The series of an instant query, each with its labels and value; a query that is wrong fails the test.</summary>
    public async Task<List<JsonElement>> QueryAsync(string expression)
    {
        using var answer = await http.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}", TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{expression}: {body}");
        return [.. JsonElement.Parse(body).GetProperty("data").GetProperty("result").EnumerateArray()];
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await http.GetAsync("/-/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return process.HasExited ? throw new InvalidOperationException($"Prometheus ended with {process.ExitCode}.") : false;
        }
    }
}
