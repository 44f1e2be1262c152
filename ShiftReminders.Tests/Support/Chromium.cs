using Microsoft.Playwright;

namespace ShiftReminders.Tests.Support;

/// <summary>Debian's Chromium, as tests and benchmarks start it.</summary>
public static class Chromium
{
    // Without the background flags Chromium calls its maker's hosts at every start.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    // The headless shell where ./dev found one: the same engine without windows, for two thirds of the work.
    private static string Program { get; } = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";

    public static Task<IBrowser> StartAsync(IPlaywright driver) =>
        driver.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = Flags });
}
