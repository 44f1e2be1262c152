namespace ShiftReminders.Web.Components.Live;

/// <summary>
/// One per open page (circuit): passes the feed on to the page's components unless the viewer has paused it. A pause
/// stops the rows only; filters and acts go on and call their own refresh.
/// </summary>
public sealed class LiveUpdates : IDisposable
{
    private readonly List<Func<Task>> pages = [];
    private readonly IDisposable subscription;
    private readonly TimeProvider time;
    private readonly Lock gate = new();

    public LiveUpdates(ChangeFeed feed, TimeProvider time)
    {
        this.time = time;
        subscription = feed.Subscribe(OnFeedAsync);
    }

    /// <summary>Raised when what the indicator shows has changed.</summary>
    public event Action? Changed;

    /// <summary>When the page's rows were last read.</summary>
    public DateTimeOffset? UpdatedAt { get; private set; }

    /// <summary>Whether the rows are older than they should be: they could not be read again.</summary>
    public bool Outdated { get; private set; }

    public DateTimeOffset? PausedSince { get; private set; }

    public bool Paused => PausedSince is not null;

    /// <summary>Calls back when rows should be read again; dispose the result with the component.</summary>
    /// <param name="refresh">Reads again. It runs outside the renderer: wrap it in <c>InvokeAsync</c>.</param>
    public IDisposable OnRefresh(Func<Task> refresh)
    {
        lock (gate) pages.Add(refresh);
        return new Registration(this, refresh);
    }

    /// <summary>Pages call this after each successful read, also one that a filter caused.</summary>
    public void MarkUpdated()
    {
        UpdatedAt = time.GetUtcNow();
        Outdated = false;
        Changed?.Invoke();
    }

    /// <summary>Pages call this when a read failed, or did not end in time.</summary>
    public void MarkOutdated()
    {
        Outdated = true;
        Changed?.Invoke();
    }

    public void Pause()
    {
        PausedSince = time.GetUtcNow();
        Changed?.Invoke();
    }

    public Task ResumeAsync()
    {
        PausedSince = null;
        Changed?.Invoke();
        return RefreshAsync();
    }

    public void Dispose() => subscription.Dispose();

    private Task OnFeedAsync() => Paused ? Task.CompletedTask : RefreshAsync();

    private Task RefreshAsync()
    {
        Func<Task>[] all;
        lock (gate) all = [.. pages];
        return Task.WhenAll(all.Select(refresh => refresh()));
    }

    private sealed class Registration(LiveUpdates owner, Func<Task> refresh) : IDisposable
    {
        public void Dispose()
        {
            lock (owner.gate) owner.pages.Remove(refresh);
        }
    }
}
