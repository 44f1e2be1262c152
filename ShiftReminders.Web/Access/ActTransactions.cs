using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>Acts happen in the transaction that has made sure of their permit: between the two, nobody's access can end.</summary>
internal static class ActTransactions
{
    // It may have more to do than a page that is only read.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Does what <paramref name="permit"/> allows. Throws the database's refusal when the session has ended, its roles have changed, or its proof has grown too old.</summary>
    public static async Task<T> ActAsync<T>(
        this IDbContextFactory<ShiftRemindersDb> contexts, Permit permit, Func<ShiftRemindersDb, Task<T>> perform, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        database.Database.SetCommandTimeout(Patience);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.HoldAsync(permit, cancellationToken);
        var result = await perform(database);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>The same within a transaction that has begun already.</summary>
    public static Task HoldAsync(this ShiftRemindersDb database, Permit permit, CancellationToken cancellationToken)
    {
        var needed = Policies.RolesOf[ActRules.PolicyOf(permit.Act)];
        return database.Database.ExecuteSqlAsync($"SELECT shift_reminders.hold_session({permit.SessionId}, {needed}, {permit.ProofLasts})", cancellationToken);
    }
}
