using System.Security.Cryptography;
using Microsoft.AspNetCore.Components;

namespace ShiftReminders.Web.Components.Layout;

/// <summary>What a page shows instead of an exception; the log has the exception under the same reference.</summary>
public sealed partial class BrokenPage
{
    [Inject]
    public required ILogger<BrokenPage> Logger { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Parameter, EditorRequired]
    public required Exception Error { get; set; }

    [Parameter]
    public EventCallback OnRetry { get; set; }

    private string Reference { get; } = RandomNumberGenerator.GetHexString(8, lowercase: true);

    protected override void OnInitialized() =>
        // The path only: a query string may hold a person's name.
        Logger.LogError(Error, "Page {Path} failed, reference {Reference}", new Uri(Navigation.Uri).AbsolutePath, Reference);
}
