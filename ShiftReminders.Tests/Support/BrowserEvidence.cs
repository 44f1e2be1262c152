using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Playwright;
using Xunit.v3;

[assembly: ShiftReminders.Tests.Support.BrowserEvidence]

namespace ShiftReminders.Tests.Support;

/// <summary>
/// Keeps what the browsers of a failed test showed: a screenshot, the page and Playwright's trace of each, in
/// <c>.local/test-artifacts/</c>. A session lives until its test's result is known, whenever the test lets go of it.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class BrowserEvidenceAttribute : BeforeAfterTestAttribute
{
    private const float PatienceMilliseconds = 10_000;

    private static readonly ConcurrentDictionary<string, ConcurrentBag<BrowserSession>> Sessions = new();

    private static readonly ConcurrentBag<Task> Closing = [];

    public static string Folder { get; } = Path.Combine(Repository.Root, ".local", "test-artifacts");

    /// <summary>Whether the session is kept for a test that is still running; otherwise its owner closes it.</summary>
    internal static bool Keeps(BrowserSession session)
    {
        if (TestContext.Current is not { Test.UniqueID: { } test, TestState: null }) return false;
        Sessions.GetOrAdd(test, _ => []).Add(session);
        return true;
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (!Sessions.TryRemove(test.UniqueID, out var sessions)) return;
        var failed = TestContext.Current.TestState?.Result == TestResult.Failed;
        foreach (var (index, session) in sessions.Index())
        {
            // xunit awaits nothing here, and a page must be looked at before its test's fixtures go.
            if (failed) Task.Run(() => KeepAsync(session, $"{Name(methodUnderTest)}-{index + 1}")).GetAwaiter().GetResult();
            Closing.Add(session.CloseAsync());
        }
    }

    internal static Task AllClosedAsync() => Task.WhenAll(Closing);

    private static async Task KeepAsync(BrowserSession session, string name)
    {
        var (screenshot, trace) = (Path.Combine(Folder, $"{name}.png"), Path.Combine(Folder, $"{name}.zip"));
        try
        {
            await session.Page.ScreenshotAsync(new() { Path = screenshot, Timeout = PatienceMilliseconds });
            await File.WriteAllTextAsync(Path.ChangeExtension(screenshot, ".html"), await session.Page.ContentAsync());
            await session.Page.Context.Tracing.StopAsync(new() { Path = trace });
            TestContext.Current.TestOutputHelper?.WriteLine($"At {session.Page.Url}: {screenshot}, and the trace {trace} (npx playwright show-trace)");
        }
        catch (Exception gone) when (gone is PlaywrightException or TimeoutException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"No picture of {session.Page.Url}: {gone.Message}");
        }
    }

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
