namespace ShiftReminders.Tests.Support;

/// <summary>Waits until something holds; fails with a sentence when it does not in time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public static Task TrueAsync(string what, TimeSpan patience, Func<bool> condition) =>
        TrueAsync(what, patience, () => Task.FromResult(condition()));

    public static async Task TrueAsync(string what, TimeSpan patience, Func<Task<bool>> condition)
    {
        if (!await BecomesTrueAsync(what, patience, condition))
            InVain(what, patience);
    }

    /// <summary>For a test that can say more about it than that it did not come: false when it does not hold in time.</summary>
    public static async Task<bool> BecomesTrueAsync(string what, TimeSpan patience, Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > patience)
                return false;
            await Slowness.OfAsync($"the next look whether {what}", Step, TestContext.Current.CancellationToken);
        }
        return true;
    }

    /// <summary>Waits for the end of something that is under way.</summary>
    public static async Task EndsAsync(string what, TimeSpan patience, Task underWay)
    {
        if (await Task.WhenAny(underWay, Slowness.OfAsync(what, patience, TestContext.Current.CancellationToken)) != underWay)
            InVain(what, patience);
        await underWay;
    }

    internal static void InVain(string what, TimeSpan patience) => Assert.Fail($"Waited {patience} in vain: {what}.");
}
