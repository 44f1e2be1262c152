using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>Keeps each account's named filters.</summary>
public sealed class SavedViewStore(IDbContextFactory<ShiftRemindersDb> databases, TimeProvider time)
{
    public const int LongestName = 80;
    public const int Most = 50;
    private const int LongestUrl = 4000;

    public async Task<IReadOnlyList<SavedView>> ReadAsync(Guid account, string page, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.SavedViews.AsNoTracking().Where(view => view.AccountId == account && view.Page == page)
            .OrderBy(view => view.Name).ToListAsync(cancellationToken);
    }

    /// <summary>Saves under that name, over an older one of the same name. The result says why not; null: saved.</summary>
    public async Task<string?> SaveAsync(Permit permit, string page, string name, string url, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.SaveView);
        if (name.Length is 0 or > LongestName) return $"A view's name has 1 to {LongestName} characters.";
        if (url.Length > LongestUrl || !url.StartsWith('/') || url.StartsWith("//", StringComparison.Ordinal))
            return "This filter is too long to be saved. Shorten its text.";
        return await databases.ActAsync(permit, database => SaveAsync(database, permit.AccountId, page, name, url, cancellationToken), cancellationToken);
    }

    public Task ForgetAsync(Permit permit, string page, string name, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.SaveView);
        return databases.ActAsync(permit, database => database.SavedViews
            .Where(view => view.AccountId == permit.AccountId && view.Page == page && view.Name == name)
            .ExecuteDeleteAsync(cancellationToken), cancellationToken);
    }

    private async Task<string?> SaveAsync(ShiftRemindersDb database, Guid account, string page, string name, string url, CancellationToken cancellationToken)
    {
        var mine = database.SavedViews.Where(view => view.AccountId == account && view.Page == page);
        if (await mine.FirstOrDefaultAsync(view => view.Name == name, cancellationToken) is { } known)
        {
            known.Url = url;
        }
        else
        {
            if (await mine.CountAsync(cancellationToken) >= Most) return $"You have {Most} views already. Forget one first.";
            database.SavedViews.Add(new SavedView { AccountId = account, Page = page, Name = name, Url = url, CreatedAt = time.GetUtcNow() });
        }
        await database.SaveChangesAsync(cancellationToken);
        return null;
    }
}
