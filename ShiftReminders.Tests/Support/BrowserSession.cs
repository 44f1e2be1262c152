using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ShiftReminders.Tests.Support;

/// <summary>One person's browser: notes what it asks of other hosts and what its console complains about.</summary>
public sealed class BrowserSession : IAsyncDisposable
{
    public const float PatienceMilliseconds = 15_000;
    private readonly IBrowserContext context;
    private readonly bool isKept;

    public BrowserSession(IBrowserContext context, IPage page, Uri portal)
    {
        this.context = context;
        Page = page;
        context.SetDefaultTimeout(PatienceMilliseconds);
        page.Request += (_, request) => Note(new Uri(request.Url), portal);
        page.Console += (_, message) => NoteComplaint(message);
        page.PageError += (_, error) => Complaints.Enqueue(error);
        isKept = BrowserEvidenceAttribute.Keeps(this);
    }

    public IPage Page { get; }

    public ConcurrentQueue<string> ExternalRequests { get; } = [];

    public ConcurrentQueue<string> Complaints { get; } = [];

    public async Task SignInAsync(string email, string password = PortalApp.Password)
    {
        await Page.GotoAsync("/sign-in");
        await Page.GetByLabel("Email").FillAsync(email);
        await Page.GetByLabel("Password").FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Assertions.Expect(Page).Not.ToHaveURLAsync(new Regex("^[^?]*/sign-in"));
        await Page.UntilAsync("the page after the sign-in is there", "() => document.readyState === 'complete'");
    }

    /// <summary>Opens a page and waits until it reacts to clicks.</summary>
    public async Task GoToAsync(string path)
    {
        await Page.GotoAsync(path);
        await ReadyAsync();
    }

    /// <summary>Waits until the circuit is connected, on pages that have one, and nothing is loading any more.</summary>
    public async Task ReadyAsync()
    {
        // Between the first paint and the circuit's own there may be no shell at all: that is not ready either.
        await Page.UntilAsync("the page reacts to clicks", "() => document.querySelector('.shell[data-interactive], .plain')");
        await Page.UntilAsync("nothing is loading any more", "() => !document.querySelector('.skeletons')");
    }

    /// <summary>The test needs it no more. It stays open until the test's result is known: a failed one leaves a picture of it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!isKept) await CloseAsync();
    }

    internal Task CloseAsync() => context.CloseAsync();

    private void Note(Uri requested, Uri portal)
    {
        if (requested.Scheme is "http" or "https" or "ws" or "wss" && requested.Authority != portal.Authority)
            ExternalRequests.Enqueue(requested.ToString());
    }

    private void NoteComplaint(IConsoleMessage message)
    {
        if (message.Type is "error" or "warning") Complaints.Enqueue(message.Text);
    }
}
