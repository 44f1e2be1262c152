using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MudBlazor;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Web.Components.Access;

public sealed partial class InviteDialog
{
    private readonly HashSet<string> roles = [Roles.Supervisor];
    private MudTextField<string>? emailField;
    private string email = "";
    private string why = "";
    private string? problem;
    private bool done;
    private bool busy;

    [Inject]
    public required Accounts Accounts { get; set; }

    [Inject]
    public required StepUp StepUp { get; set; }

    [Inject]
    public required IOptions<AccessOptions> Access { get; set; }

    [Inject]
    public required IOptions<OpenIdOptions> OpenId { get; set; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    private async Task InviteAsync()
    {
        if (!await emailField.InsistAsync()) return;
        busy = true;
        try
        {
            (problem, var link) = await StepUp.AskAsync(Act.ManageAccess, CancellationToken.None) switch
            {
                Permit permit => Outcome(await Accounts.InviteAsync(permit, email.Trim(), roles, why, CancellationToken.None)),
                Refusal refusal => (refusal.Sentence, null),
                _ => throw new InvalidOperationException("A decision is a permit or a refusal."),
            };
            done = problem is null;
            if (link is not null) Dialog.Close(new Invited(email.Trim(), link));
        }
        finally
        {
            busy = false;
        }
    }

    private static (string? Problem, string? Link) Outcome(AccessResult result) => (result.Problem, result.Link);

    /// <summary>Whoever has to be given the link at this path.</summary>
    public sealed record Invited(string Email, string Path);
}
