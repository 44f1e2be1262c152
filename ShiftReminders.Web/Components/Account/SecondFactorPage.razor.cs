using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Access.SecondFactor;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Web.Components.Account;

/// <summary>Sets one's own second factor up, and changes it.</summary>
public sealed partial class SecondFactorPage
{
    private SecondFactorState? state;
    private IReadOnlyList<string> codes = [];

    [Inject]
    public required SecondFactors Factors { get; set; }

    [Inject]
    internal SignIns SignIns { get; set; } = null!;

    [Inject]
    public required SignInThrottle Throttle { get; set; }

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    [SupplyParameterFromForm]
    public CodeInput Input { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    private string? Message { get; set; }

    private bool Failed { get; set; }

    private string Back => AccessPaths.LocalOr(ReturnUrl, PortalUrls.Now);

    private Guid Id => Http.User.AccountId()!.Value;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new CodeInput();
        await ReadAsync();
    }

    private Task SwitchOnAsync() => ChangeAsync("Your second factor is on. Other devices are signed out.", Factors.SwitchOnAsync);

    private Task RenewAsync() => ChangeAsync("You have new recovery codes.", Factors.RenewCodesAsync);

    private Task SwitchOffAsync() => ChangeAsync("Your second factor is off. Other devices are signed out.", Factors.SwitchOffAsync);

    private async Task ChangeAsync(string done, Func<Guid, string, CancellationToken, Task<AccessResult>> change)
    {
        Failed = true;
        var attempt = Throttle.BeginFor($"code {Id}");
        if (attempt.MustWait)
        {
            Message = Http.TellToWait(attempt.Wait, "code");
            return;
        }
        var result = await change(Id, Input.Code, Http.RequestAborted);
        if (!result.WasGuess) attempt.Succeeded();
        Message = result.Problem ?? done;
        Failed = !result.Succeeded;
        Input.Code = "";
        if (!result.Succeeded) return;
        codes = result.Codes;
        await SignIns.RefreshAsync(Id);
        await ReadAsync();
    }

    // Typed by hand it is easier to follow in fours; apps leave the blanks out.
    private static string Grouped(string secret) => string.Join(' ', secret.Chunk(4).Select(four => new string(four)));

    private async Task ReadAsync() => state = await Factors.ReadAsync(Id, Http.RequestAborted);
}
