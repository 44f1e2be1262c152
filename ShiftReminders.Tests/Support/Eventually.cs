namespace ShiftReminders.Tests.Support;

/// <summary>Waits until something holds; fails with a sentence when it does not in time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public static Task TrueAsync(string what, TimeSpan patience, Func<bool> condition) =>
        TrueAsync(what, patience, () => Task.FromResult(condition()));

    public static async Task TrueAsync(string what, TimeSpan patience, Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > patience)
                Assert.Fail($"Waited {patience} in vain: {what}.");
            await Task.Delay(Step, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
