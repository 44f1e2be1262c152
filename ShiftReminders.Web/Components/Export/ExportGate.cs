using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Export;

/// <summary>An export is an act: it takes a permit, and is on record before anything of it leaves.</summary>
internal sealed class ExportGate(Acts acts, IDbContextFactory<ShiftRemindersDb> databases, SecurityEvents events)
{
    /// <summary>Null: go on. Otherwise the answer that refuses it.</summary>
    /// <param name="http">The request; its query is the filter that the record keeps.</param>
    /// <param name="act">Which export.</param>
    /// <param name="what">What leaves, for the audit and the log.</param>
    public async Task<IResult?> RefusalAsync(HttpContext http, Act act, string what)
    {
        var decision = await acts.AskAsync(http.User, act, http.RequestAborted);
        if (decision is not Permit permit) return Results.Problem(((Refusal)decision).Sentence, statusCode: StatusCodes.Status403Forbidden);
        await using var database = await databases.CreateDbContextAsync(http.RequestAborted);
        var filter = http.Request.QueryString.Value;
        await database.RecordAuditAsync(
            permit.Actor, ActRules.Words(act), what, why: null, before: null, string.IsNullOrEmpty(filter) ? null : new { filter }, http.RequestAborted);
        events.Exported(permit.AccountId, permit.ClientAddress, what);
        return null;
    }
}
