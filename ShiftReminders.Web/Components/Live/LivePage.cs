using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Live;

/// <summary>
/// A page whose rows are read when its address changes and again after each change elsewhere. Reads never overlap; what
/// is shown stays while a later read fails, with the problem above it.
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private readonly SemaphoreSlim reading = new(1, 1);
    private IDisposable? registration;

    [Inject]
    public required LiveUpdates Live { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    /// <summary>Cancelled when the viewer leaves the page.</summary>
    protected CancellationToken Leaving => leaving.Token;

    protected DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Why the last read failed, with what to do; null: it did not.</summary>
    protected string? Problem { get; private set; }

    public void Dispose()
    {
        registration?.Dispose();
        leaving.Cancel();
        leaving.Dispose();
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Reads what the address asks for.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    protected override void OnInitialized()
    {
        // What is rendered ahead of the circuit is read once; nobody is there to see it change.
        if (RendererInfo.IsInteractive) registration = Live.OnRefresh(() => InvokeAsync(RefreshAsync));
    }

    protected override Task OnParametersSetAsync() => TryReadAsync();

    /// <summary>After an act of the viewer's own.</summary>
    protected async Task RefreshAsync()
    {
        await TryReadAsync();
        if (!leaving.IsCancellationRequested) StateHasChanged();
    }

    private async Task TryReadAsync()
    {
        if (leaving.IsCancellationRequested) return;
        var cancellationToken = leaving.Token;
        try
        {
            await reading.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        try
        {
            await ReadAsync(cancellationToken);
            Problem = null;
            Live.MarkUpdated();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            Problem = $"{error.Sentence()} Try again in a moment.";
            Live.MarkOutdated();
        }
        finally
        {
            reading.Release();
        }
    }
}
