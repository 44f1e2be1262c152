using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Web.Components.Account;

/// <summary>Asks somebody who is signed in for their password or second factor, before pages that <see cref="AsksForProofAttribute"/> marks.</summary>
public sealed partial class ProofPage
{
    private ProofKind? kind;

    [Inject]
    public required Proofs Proofs { get; set; }

    [Inject]
    public required IOptions<AccessOptions> Access { get; set; }

    [Inject]
    public required IOptions<OpenIdOptions> OpenId { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    [SupplyParameterFromForm]
    public Proof Input { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    private string? Message { get; set; }

    private string Back => AccessPaths.LocalOr(ReturnUrl, PortalUrls.Account);

    protected override async Task OnInitializedAsync()
    {
        Input ??= new Proof();
        kind = await Proofs.KindAsync(Http.User, Http.RequestAborted);
    }

    private async Task ProveAsync()
    {
        var answer = await Proofs.ProveAsync(Http.User, Input.Secret, Http.RequestAborted);
        Input = new Proof();
        // NavigateTo would stop the renderer amid the page, and what is written then may hold the document within itself.
        if (answer.Problem is null) Http.Response.Redirect(Navigation.ToAbsoluteUri(Back).ToString());
        else Message = answer.Wait > TimeSpan.Zero ? Http.TellToWait(answer.Wait, "proof") : answer.Problem;
    }

    public sealed class Proof
    {
        [Required(ErrorMessage = "Enter it."), StringLength(1000)]
        public string Secret { get; set; } = "";
    }
}
