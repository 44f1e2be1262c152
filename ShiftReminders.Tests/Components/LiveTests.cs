using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components;
using ShiftReminders.Web.Components.Live;

namespace ShiftReminders.Tests.Components;

/// <summary>News from the database to open pages, on a clock that only the test moves.</summary>
public sealed class LiveTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 7, 46, 12, TimeSpan.Zero));
    private ChangeFeed feed = null!;

    public async ValueTask InitializeAsync()
    {
        var options = Options.Create(new PortalOptions { RefreshInterval = TimeSpan.FromMinutes(5) });
        feed = new ChangeFeed(database.AppDataSource, options, time, NullLogger<ChangeFeed>.Instance);
        await feed.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await feed.StopAsync(CancellationToken.None);
        feed.Dispose();
    }

    [Fact]
    public async Task Many_changes_within_a_second_are_told_twice_at_most()
    {
        var told = 0;
        using var subscription = feed.Subscribe(() => Task.FromResult(Interlocked.Increment(ref told)));
        feed.Announce();
        await Eventually.TrueAsync("the first change is told", Patience, () => told == 1);

        for (var change = 0; change < 20; change++) feed.Announce();
        await Eventually.TrueAsync("the others are told together", Patience, () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return told > 1;
        });

        Assert.Equal(2, told);
    }

    [Fact]
    public async Task Without_any_news_the_interval_refreshes_and_not_before_it_is_over()
    {
        var told = 0;
        var began = time.GetUtcNow();
        using var subscription = feed.Subscribe(() => Task.FromResult(Interlocked.Increment(ref told)));

        await Eventually.TrueAsync("the interval refreshes", Patience, () =>
        {
            if (told == 0) time.Advance(TimeSpan.FromMinutes(1));
            return told > 0;
        });

        Assert.True(time.GetUtcNow() - began >= TimeSpan.FromMinutes(5), "The page was told to read anew before the interval was over.");
    }

    [Fact]
    public async Task Page_that_fails_keeps_no_other_from_hearing()
    {
        var told = 0;
        using var broken = feed.Subscribe(() => throw new InvalidOperationException("this page is broken"));
        using var subscription = feed.Subscribe(() => Task.FromResult(Interlocked.Increment(ref told)));

        await NotifyUntilAsync(() => told > 0);
    }

    [Fact]
    public async Task Paused_page_hears_nothing_and_reads_once_when_resumed()
    {
        var (paused, other) = (0, 0);
        using var page = new LiveUpdates(feed, time);
        using var reads = page.OnRefresh(() => Task.FromResult(Interlocked.Increment(ref paused)));
        using var subscription = feed.Subscribe(() => Task.FromResult(Interlocked.Increment(ref other)));
        page.Pause();
        await NotifyUntilAsync(() => other > 0);
        Assert.Equal((0, time.GetUtcNow()), (paused, page.PausedSince));

        await page.ResumeAsync();

        Assert.Equal((1, false), (paused, page.Paused));
    }

    [Fact]
    public async Task Left_page_is_not_called_any_more()
    {
        var (left, other) = (0, 0);
        var page = new LiveUpdates(feed, time);
        page.OnRefresh(() => Task.FromResult(Interlocked.Increment(ref left)));
        using var subscription = feed.Subscribe(() => Task.FromResult(Interlocked.Increment(ref other)));

        page.Dispose();
        await NotifyUntilAsync(() => other > 0);

        Assert.Equal(0, left);
    }

    // The feed may not listen yet when the first notice goes out, so it is repeated.
    private Task NotifyUntilAsync(Func<bool> heard) => Eventually.TrueAsync("the notice is heard", Patience, async () =>
    {
        if (heard()) return true;
        await database.OwnerDataSource.ExecuteAsync("NOTIFY shift_reminders_changed");
        return heard();
    });
}
