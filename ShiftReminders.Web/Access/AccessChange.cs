using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ShiftReminders.Web.Access.SecondFactor;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>One change to accounts: a scope of its own, one transaction, and the lock that makes such changes take turns.</summary>
internal sealed class AccessChange : IAsyncDisposable
{
    // Any number will do as long as nothing else of ours uses it: "access" in ASCII.
    private const long TurnLock = 0x616363657373;
    private readonly AsyncServiceScope scope;
    private readonly ShiftRemindersDb database;
    private readonly IDbContextTransaction transaction;
    private readonly CancellationToken cancellationToken;
    private readonly List<Action> afterCommit = [];

    private AccessChange(AsyncServiceScope scope, ShiftRemindersDb database, IDbContextTransaction transaction, CancellationToken cancellationToken)
    {
        this.scope = scope;
        this.database = database;
        this.transaction = transaction;
        this.cancellationToken = cancellationToken;
        Accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
    }

    public UserManager<Account> Accounts { get; }

    public ShiftRemindersDb Database => database;

    public static async Task<AccessChange> BeginAsync(IServiceScopeFactory scopes, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        try
        {
            var database = scope.ServiceProvider.GetRequiredService<ShiftRemindersDb>();
            var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
            await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({TurnLock})", cancellationToken);
            return new AccessChange(scope, database, transaction, cancellationToken);
        }
        catch
        {
            await scope.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same for an act: it holds what its permit was given for.</summary>
    public static async Task<AccessChange> BeginAsync(IServiceScopeFactory scopes, Permit permit, CancellationToken cancellationToken)
    {
        var change = await BeginAsync(scopes, cancellationToken);
        try
        {
            await change.database.HoldAsync(permit, cancellationToken);
            return change;
        }
        catch
        {
            await change.DisposeAsync();
            throw;
        }
    }

    public AccountSecrets SecretsOf(Account account) =>
        new(Accounts, account, scope.ServiceProvider.GetRequiredService<IDataProtectionProvider>());

    /// <summary>The account, which nobody else changes before this ends; null: there is none.</summary>
    public async Task<Account?> HoldAsync(Guid accountId)
    {
        var account = await Accounts.FindByIdAsync(accountId.ToString());
        if (account is not null) await HoldAsync(account);
        return account;
    }

    // Sign-ins write their account too, and do not take turns: a wrong password in the same moment would make the change fail.
    public async Task HoldAsync(Account account)
    {
        await database.Database.ExecuteSqlAsync($"SELECT FROM shift_reminders.accounts WHERE id = {account.Id} FOR UPDATE", cancellationToken);
        await database.Entry(account).ReloadAsync(cancellationToken);
    }

    /// <summary>Identity reports what it did not do as a value; nothing may be committed or put on record then.</summary>
    public static async Task MadeAsync(Task<IdentityResult> change)
    {
        var result = await change;
        if (!result.Succeeded) throw new InvalidOperationException($"The account was not changed: {Access.Accounts.Sentence(result)}");
    }

    /// <summary>The problem as a sentence, or null.</summary>
    public async Task<string?> CreateAsync(Account account, string? password, IReadOnlyCollection<string> roles)
    {
        var created = password is null ? await Accounts.CreateAsync(account) : await Accounts.CreateAsync(account, password);
        if (!created.Succeeded) return Access.Accounts.Sentence(created);
        await SetRolesAsync(account, [], roles);
        return null;
    }

    public async Task SetRolesAsync(Account account, IEnumerable<string> before, IReadOnlyCollection<string> after)
    {
        string[] lost = [.. before.Except(after)];
        string[] gained = [.. after.Except(before).Where(Roles.All.Contains)];
        if (lost.Length > 0) await MadeAsync(Accounts.RemoveFromRolesAsync(account, lost));
        if (gained.Length > 0) await MadeAsync(Accounts.AddToRolesAsync(account, gained));
    }

    /// <summary>Ends the account's sessions, and the pages that are open in them.</summary>
    public Task EndSessionsAsync(Account account, SessionEnd why, Guid? but = null)
    {
        var word = why.Word();
        return database.Database.ExecuteSqlAsync($"SELECT shift_reminders.end_sessions({account.Id}, {word}, {but})", cancellationToken);
    }

    /// <summary>The session that ended by it; null: the account has no such session, or no more.</summary>
    public async Task<Session?> EndSessionAsync(Account account, Guid id, SessionEnd why)
    {
        var session = await database.LiveSessions.SingleOrDefaultAsync(live => live.Id == id && live.AccountId == account.Id, cancellationToken);
        if (session is null) return null;
        var word = why.Word();
        await database.Database.ExecuteSqlAsync($"SELECT shift_reminders.end_session({id}, {word})", cancellationToken);
        return session;
    }

    public Task<bool> AnyAccountAsync() => database.Users.AnyAsync(cancellationToken);

    public async Task<bool> IsLastAdminAsync(Account account)
    {
        var admins = await Accounts.GetUsersInRoleAsync(Roles.Admin);
        return admins.Any(admin => admin.Id == account.Id)
            && !admins.Any(admin => admin.Id != account.Id && admin is { DisabledAt: null, PasswordHash: not null });
    }

    public Task RecordAsync(string actor, string act, Account account, string? why, object? before, object? after) =>
        database.RecordAuditAsync(actor, act, $"account {account.Email}", why, before, after, cancellationToken);

    /// <summary>What the log says of it; nothing, unless it is committed.</summary>
    public void AfterCommit(Action tell) => afterCommit.Add(tell);

    public async Task<AccessResult> CommitAsync()
    {
        await transaction.CommitAsync(cancellationToken);
        foreach (var tell in afterCommit) tell();
        return AccessResult.Done;
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await scope.DisposeAsync();
    }
}
