using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>A row and its place in the list, from one.</summary>
public sealed record PlacedRow(int Place, ReminderRow Row);

/// <summary>
/// The rows that one open page has read so far. The list is read by keyset, so it only ever grows at its end; rows keep
/// their places whatever arrives meanwhile.
/// </summary>
public sealed class ReminderWindow(ReminderQueries queries, ReminderHead head)
{
    private const int MostAtOnce = 1000;
    private readonly List<ReminderRow> rows = [.. head.Page.Rows];
    private readonly HashSet<long> ids = [.. head.Page.Rows.Select(row => row.Id)];
    private bool more = head.Page.More;

    public ReminderScope Scope => head.Scope;

    /// <summary>True when a time limit ended a reading: what is here is not all there is.</summary>
    public bool CutShort { get; private set; } = head.Page.CutShort;

    public IReadOnlyList<ReminderRow> Rows => rows;

    /// <summary>How long the scrollbar is: what is known, and a page more while there are more.</summary>
    public int Length => more ? Math.Max(rows.Count + ReminderQueries.PageSize, 0) : rows.Count;

    /// <summary>The rows of that stretch, read on if the list has not come so far yet.</summary>
    public async Task<IReadOnlyList<PlacedRow>> StretchAsync(int start, int count, CancellationToken cancellationToken)
    {
        while (more && rows.Count < start + count)
        {
            var size = Math.Clamp(start + count - rows.Count, ReminderQueries.PageSize, MostAtOnce);
            var page = await queries.ReadPageAsync(head.Scope, rows.Count == 0 ? null : rows[^1].Cursor, size, cancellationToken);
            CutShort |= page.CutShort;
            more = page.More;
            // A row that a resend has moved may come by twice; its first place stands.
            rows.AddRange(page.Rows.Where(row => ids.Add(row.Id)));
        }
        return [.. rows.Skip(start).Take(count).Select((row, index) => new PlacedRow(start + index + 1, row))];
    }

    /// <summary>Takes over what is new about known rows; the result is how many of <paramref name="read"/> are not known yet.</summary>
    public int Update(IReadOnlyList<ReminderRow> read)
    {
        var byId = read.ToDictionary(row => row.Id);
        for (var at = 0; at < rows.Count; at++)
        {
            if (byId.TryGetValue(rows[at].Id, out var now)) rows[at] = now;
        }
        return read.Count(row => !ids.Contains(row.Id));
    }
}
