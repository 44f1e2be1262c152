using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;

namespace ShiftReminders.Web.Access;

/// <summary>Asks the database, not the open page's memory, whether the person may act.</summary>
public sealed class Acts(AuthenticationStateProvider authentication, Standings standings, SecurityEvents events)
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
        if (standing is not null && needed.Any(standing.Roles.Contains))
            return new Permit(act, standing, ClientAddress.Of(person));
        events.ActRefused(person.AccountId()?.ToString() ?? "nobody", ClientAddress.Of(person), act);
        return new Refusal(standing is null
            ? $"Your sign-in has ended, so you cannot {ActRules.Words(act)}. Sign in again."
            : $"You may not {ActRules.Words(act)}: that takes the role {string.Join(" or ", needed)}. Ask an admin.");
    }
}
