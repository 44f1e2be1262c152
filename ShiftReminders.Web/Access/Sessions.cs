using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>
/// The sessions that the server knows. A cookie names one, and cookie, open pages and acts all ask whether it still lives:
/// ended here, it is ended everywhere. Time is the database's.
/// </summary>
public sealed class Sessions(NpgsqlDataSource database, IDbContextFactory<ShiftRemindersDb> contexts, IOptions<AccessOptions> options)
{
    /// <param name="account">Whose.</param>
    /// <param name="origin">Where it begins.</param>
    /// <param name="replaces">The session that this browser had, which ends.</param>
    /// <param name="provedAt">When the person last showed who they are, if that was not now.</param>
    /// <param name="continues">It is no new sign-in: limits and last proof are those of the session that it replaces.</param>
    /// <param name="cancellationToken">Gives up; then none has begun.</param>
    public async Task<SessionKey> StartAsync(
        Account account, SessionOrigin origin, Guid? replaces, DateTimeOffset? provedAt, bool continues, CancellationToken cancellationToken)
    {
        var key = SessionKey.New();
        var (lasts, idle) = (options.Value.SessionLimit, options.Value.SessionIdleLimit);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"""
            SELECT shift_reminders.start_session({key.Id}, {key.Hash}, {account.Id}, {account.SecurityStamp}, {lasts}, {idle},
                {origin.Browser}, {origin.Address}, {replaces}, {provedAt}, {continues})
            """, cancellationToken);
        return key;
    }

    /// <summary>Whose it is and what they may now; null when it has ended.</summary>
    public async Task<Standing?> FindAsync(SessionKey session, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead(
            "SELECT account_id, name, roles, proved_ago, unused_for FROM shift_reminders.session_standing($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = session.Id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = session.Hash });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) return null;
        return new Standing
        {
            SessionId = session.Id,
            AccountId = row.GetGuid(0),
            Name = row.GetString(1),
            Roles = row.GetFieldValue<string[]>(2),
            ProvedAgo = row.GetTimeSpan(3),
            UnusedFor = row.GetTimeSpan(4),
        };
    }

    /// <summary>Its person has done something: the idle limit counts from now.</summary>
    public Task UseAsync(Guid session, CancellationToken cancellationToken) =>
        CallAsync($"SELECT shift_reminders.use_session({session}) IS NULL AS \"Value\"", cancellationToken);

    /// <summary>Its person has just proved again who they are, with password or second factor. False: it has ended.</summary>
    public Task<bool> ProveAsync(Guid session, CancellationToken cancellationToken) =>
        CallAsync($"SELECT shift_reminders.prove_session({session}) AS \"Value\"", cancellationToken);

    /// <summary>Ends it. False: it had ended already.</summary>
    public Task<bool> EndAsync(Guid session, SessionEnd why, CancellationToken cancellationToken)
    {
        var word = why.Word();
        return CallAsync($"SELECT shift_reminders.end_session({session}, {word}) AS \"Value\"", cancellationToken);
    }

    /// <summary>Those of an account that live, the one used last first.</summary>
    public async Task<IReadOnlyList<Session>> OfAsync(Guid account, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.LiveSessions.Where(session => session.AccountId == account)
            .OrderByDescending(session => session.LastUsedAt).ToListAsync(cancellationToken);
    }

    private async Task<bool> CallAsync(FormattableString sql, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Database.SqlQuery<bool>(sql).SingleAsync(cancellationToken);
    }
}
