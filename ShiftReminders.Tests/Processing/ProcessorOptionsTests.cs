using ShiftReminders.Web.Processing;

namespace ShiftReminders.Tests.Processing;

public sealed class ProcessorOptionsTests
{
    private readonly ProcessorOptionsValidator validator = new();

    [Fact]
    public void Defaults_are_valid()
    {
        Assert.True(validator.Validate(null, new ProcessorOptions()).Succeeded);
    }

    [Fact]
    public void Everything_wrong_is_reported_at_once_by_the_settings_names()
    {
        var result = validator.Validate(null, new ProcessorOptions
        {
            BatchSize = 0,
            Concurrency = -1,
            RateLimit = 0,
            Lease = TimeSpan.FromMilliseconds(1),
            PollInterval = TimeSpan.FromHours(2),
            ProbeInterval = TimeSpan.Zero,
            WatchdogAfter = TimeSpan.Zero,
            Name = " ",
        });

        string[] names = ["BatchSize", "Concurrency", "RateLimit", "Lease", "PollInterval", "ProbeInterval", "WatchdogAfter", "Name"];
        Assert.All(names, name => Assert.Contains(result.Failures!, failure => failure.Contains($"Processor__{name} ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Processor_that_is_off_is_not_checked()
    {
        Assert.False(validator.Validate(null, new ProcessorOptions { Enabled = false, BatchSize = 0 }).Failed);
    }
}
