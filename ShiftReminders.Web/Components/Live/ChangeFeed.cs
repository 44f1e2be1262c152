using Microsoft.Extensions.Options;
using Npgsql;

namespace ShiftReminders.Web.Components.Live;

/// <summary>
/// One per server, shared by all open pages: listens for <c>shift_reminders_changed</c> and tells its subscribers, at
/// most once a second. The announcement is only a hint; behind a connection pooler that swallows it, the refresh
/// interval alone keeps pages true.
/// </summary>
public sealed class ChangeFeed(
    NpgsqlDataSource database, IOptions<PortalOptions> options, TimeProvider time, ILogger<ChangeFeed> logger) : BackgroundService
{
    private const string Channel = "shift_reminders_changed";
    private static readonly TimeSpan Throttle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private readonly SemaphoreSlim hint = new(0, 1);
    private readonly List<Func<Task>> subscribers = [];

    /// <summary>Calls back after a change; dispose the result to stop. The callback moves itself to its own dispatcher.</summary>
    public IDisposable Subscribe(Func<Task> onChange)
    {
        lock (gate) subscribers.Add(onChange);
        return new Subscription(this, onChange);
    }

    /// <summary>Announces a change made by this very server, for those who would otherwise wait for the database.</summary>
    public void Announce()
    {
        lock (gate)
        {
            if (hint.CurrentCount == 0) hint.Release();
        }
    }

    public override void Dispose()
    {
        hint.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(ListenAsync(stoppingToken), PublishAsync(stoppingToken));

    private async Task PublishAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await WaitForHintAsync(stopping);
                await Task.WhenAll(Snapshot().Select(TellAsync));
                await Task.Delay(Throttle, time, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task WaitForHintAsync(CancellationToken stopping)
    {
        using var interval = new CancellationTokenSource(options.Value.RefreshInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, interval.Token);
        try
        {
            await hint.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The interval has passed without an announcement.
        }
    }

    private async Task TellAsync(Func<Task> subscriber)
    {
        try
        {
            await subscriber();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // One closed or failing page must not keep the others from hearing.
            logger.LogDebug(error, "A page did not take the news");
        }
    }

    private async Task ListenAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stopping);
                connection.Notification += (_, _) => Announce();
                await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
                    await listen.ExecuteNonQueryAsync(stopping);
                while (true)
                    await connection.WaitAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is NpgsqlException or IOException or TimeoutException)
            {
                logger.LogWarning("Cannot listen for changes ({Reason}); pages refresh by interval meanwhile", error.Message);
                await Task.Delay(ReconnectAfter, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Func<Task>[] Snapshot()
    {
        lock (gate) return [.. subscribers];
    }

    private void Remove(Func<Task> onChange)
    {
        lock (gate) subscribers.Remove(onChange);
    }

    private sealed class Subscription(ChangeFeed feed, Func<Task> onChange) : IDisposable
    {
        public void Dispose() => feed.Remove(onChange);
    }
}
