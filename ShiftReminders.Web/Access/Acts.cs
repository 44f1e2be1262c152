using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Access;

/// <summary>Asks the database, not the open page's memory, whether the person may act.</summary>
public sealed class Acts(
    AuthenticationStateProvider authentication, Standings standings, IOptions<AccessOptions> options, SecurityEvents events)
{
    /// <summary>For handlers in components: decides about whoever this page belongs to.</summary>
    public async Task<ActDecision> AskAsync(Act act, CancellationToken cancellationToken)
    {
        var state = await authentication.GetAuthenticationStateAsync();
        return await AskAsync(state.User, act, cancellationToken);
    }

    /// <summary>For endpoints outside components.</summary>
    public async Task<ActDecision> AskAsync(ClaimsPrincipal person, Act act, CancellationToken cancellationToken)
    {
        var standing = await standings.FindAsync(person, cancellationToken);
        var needed = Policies.RolesOf[ActRules.PolicyOf(act)];
        TimeSpan? proofLasts = ActRules.NeedsProof(act) ? options.Value.ProofLasts : null;
        if (standing is not null && needed.Any(standing.Roles.Contains))
        {
            return standing.ProvedAgo > proofLasts
                ? new Refusal($"To {ActRules.Words(act)}, show again who you are.") { AsksForProof = true }
                : new Permit(act, standing, ClientAddress.Of(person), proofLasts);
        }
        events.ActRefused(person.AccountId()?.ToString() ?? "nobody", ClientAddress.Of(person), act);
        return new Refusal(standing is null
            ? $"Your sign-in has ended, so you cannot {ActRules.Words(act)}. Sign in again."
            : $"You may not {ActRules.Words(act)}: that takes the role {string.Join(" or ", needed)}. Ask an admin.");
    }
}
