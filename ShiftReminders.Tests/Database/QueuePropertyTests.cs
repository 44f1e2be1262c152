using System.Globalization;
using CsCheck;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>
/// Random sequences of everything that can happen to the queue; the invariants hold after every step. A failure prints a
/// seed (<c>CsCheck_Seed</c> repeats it) and the shortest sequence that was found.
/// </summary>
public sealed class QueuePropertyTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int LongestSequence = 40;

    /// <summary>Seconds; <c>QUEUE_PROPERTY_SECONDS</c> makes a longer run.</summary>
    private static int Duration => int.Parse(
        Environment.GetEnvironmentVariable("QUEUE_PROPERTY_SECONDS") ?? "40", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Invariants_hold_after_every_step_of_any_sequence()
    {
        var world = new QueueWorld(database);
        await world.PrepareAsync();
        var played = 0;

        await QueueStep.Sequences(LongestSequence).SampleAsync(
            async steps =>
            {
                await world.PlayAsync(steps);
                played++;
            },
            time: Duration,
            threads: 1,
            print: steps => string.Join(",\n", steps));

        TestContext.Current.TestOutputHelper?.WriteLine($"{played} sequences");
        Assert.True(played > 0, "No sequence was played.");
    }
}
