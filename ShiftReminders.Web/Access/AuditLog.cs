using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <param name="Entries">Newest first.</param>
/// <param name="HasOlder">Whether there are more before the last of them.</param>
/// <param name="Several">Those that were done to several reminders, each of which is a line of its own.</param>
public sealed record AuditSlice(IReadOnlyList<AuditEntry> Entries, bool HasOlder, IReadOnlySet<long> Several);

/// <summary>Reads the audit, newest first, by keyset: the hundredth page costs what the first does.</summary>
public sealed class AuditLog(IDbContextFactory<ShiftRemindersDb> databases)
{
    public const int PageSize = 50;

    /// <summary>Whole acts: what was done to several reminders at once is one line.</summary>
    /// <param name="filter">Which lines.</param>
    /// <param name="site">The zone of the filter's days.</param>
    /// <param name="before">Only lines with a smaller id; null for the newest.</param>
    /// <param name="cancellationToken">Gives up reading.</param>
    public async Task<AuditSlice> ReadPageAsync(AuditFilter filter, TimeZoneInfo site, long? before, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var entries = await Matching(database, filter, site)
            .Where(entry => entry.PartOf == null)
            .Where(entry => before == null || entry.Id < before)
            .Take(PageSize + 1)
            .ToListAsync(cancellationToken);
        AuditEntry[] page = [.. entries.Take(PageSize)];
        var ids = page.Select(entry => (long?)entry.Id).ToArray();
        var several = await database.Audit.Where(part => ids.Contains(part.PartOf)).Select(part => part.PartOf!.Value).Distinct().ToListAsync(cancellationToken);
        return new AuditSlice(page, entries.Count > PageSize, several.ToHashSet());
    }

    /// <summary>All that match, for an export: also each reminder of what was done to several.</summary>
    public async IAsyncEnumerable<AuditEntry> StreamAsync(
        AuditFilter filter, TimeZoneInfo site, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await foreach (var entry in Matching(database, filter, site).AsAsyncEnumerable().WithCancellation(cancellationToken))
            yield return entry;
    }

    /// <summary>The acts that occur, for the filter's choice.</summary>
    public async Task<IReadOnlyList<string>> ReadActsAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Audit.Select(entry => entry.Act).Distinct().OrderBy(act => act).ToListAsync(cancellationToken);
    }

    private static IQueryable<AuditEntry> Matching(ShiftRemindersDb database, AuditFilter filter, TimeZoneInfo site)
    {
        var entries = database.Audit.AsNoTracking();
        if (filter.Actor is { } actor) entries = entries.Where(entry => ShiftRemindersDb.Fold(entry.Actor).Contains(ShiftRemindersDb.Fold(actor)));
        if (filter.Act is { } act) entries = entries.Where(entry => entry.Act == act);
        if (filter.Subject is { } text)
        {
            entries = entries.Where(entry =>
                ShiftRemindersDb.Fold(entry.Subject).Contains(ShiftRemindersDb.Fold(text))
                || ShiftRemindersDb.Fold(entry.Why!).Contains(ShiftRemindersDb.Fold(text))
                || database.Audit.Any(part => part.PartOf == entry.Id && ShiftRemindersDb.Fold(part.Subject).Contains(ShiftRemindersDb.Fold(text))));
        }
        if (filter.From is { } from) entries = entries.Where(entry => entry.At >= LocalTime.StartOf(from, site));
        if (filter.To is { } to) entries = entries.Where(entry => entry.At < LocalTime.StartOf(to.AddDays(1), site));
        return entries.OrderByDescending(entry => entry.Id);
    }
}
