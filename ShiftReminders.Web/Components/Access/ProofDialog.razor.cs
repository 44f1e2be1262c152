using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;
using MudBlazor;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Web.Components.Access;

/// <summary>Asks somebody who is signed in for their password or second factor; closes when it is right.</summary>
public sealed partial class ProofDialog
{
    private ProofKind? kind;
    private string secret = "";
    private string? problem;
    private bool busy;

    [Inject]
    public required Proofs Proofs { get; set; }

    [Inject]
    public required AuthenticationStateProvider Authentication { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required IOptions<AccessOptions> Access { get; set; }

    [Inject]
    public required IOptions<OpenIdOptions> OpenId { get; set; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    /// <summary>What it is asked for, as <c>manage access</c>.</summary>
    [Parameter, EditorRequired]
    public required string Purpose { get; set; }

    protected override async Task OnInitializedAsync()
    {
        kind = await Proofs.KindAsync((await Authentication.GetAuthenticationStateAsync()).User, CancellationToken.None);
        if (kind is null) problem = Proofs.Ended;
    }

    private async Task ProveAsync()
    {
        if (busy) return;
        busy = true;
        try
        {
            var person = (await Authentication.GetAuthenticationStateAsync()).User;
            var answer = await Proofs.ProveAsync(person, secret, CancellationToken.None);
            if (answer.Problem is null) Dialog.Close(true);
            else problem = answer.Wait > TimeSpan.Zero ? $"{answer.Problem} Try again in {TimeWords.Lasting(answer.Wait)}." : answer.Problem;
            secret = "";
        }
        finally
        {
            busy = false;
        }
    }

    // A full load: signing in happens outside the circuit.
    private void SignInAgain() => Navigation.NavigateTo(
        PortalUrls.OpenIdSignInAgain("/" + Navigation.ToBaseRelativePath(Navigation.Uri)), forceLoad: true);
}
