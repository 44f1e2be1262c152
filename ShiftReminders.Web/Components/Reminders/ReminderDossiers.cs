using ShiftReminders.Web.Reminders.Explaining;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>All that is shown of one reminder.</summary>
/// <param name="Story">What happened to it, with the evidence.</param>
/// <param name="Timeline">Its way, from shift to check-in.</param>
/// <param name="SameShift">The newest others of its shift.</param>
/// <param name="SamePerson">The newest others of its person.</param>
public sealed record ReminderDossier(
    ReminderStory Story, IReadOnlyList<TimelineEntry> Timeline, IReadOnlyList<ReminderRow> SameShift, IReadOnlyList<ReminderRow> SamePerson);

/// <summary>Gathers what is known about one reminder, for its details and for the file of them.</summary>
public sealed class ReminderDossiers(ReminderExplanations explanations, ReminderQueries queries, TimeProvider time)
{
    private const int MostNeighbours = 6;

    /// <summary>Null when there is no such reminder (any more).</summary>
    public async Task<ReminderDossier?> ReadAsync(long id, Clocks clocks, CancellationToken cancellationToken)
    {
        if (await explanations.FindKeyAsync(id, cancellationToken) is not { } key) return null;
        var story = await explanations.ExplainAsync(key, cancellationToken);
        return new ReminderDossier(
            story,
            await TimelineAsync(story, clocks, cancellationToken),
            await NeighboursAsync(new ReminderFilter { Shift = key.Shift }),
            await NeighboursAsync(new ReminderFilter { Person = key.Person }));

        async Task<IReadOnlyList<ReminderRow>> NeighboursAsync(ReminderFilter filter)
        {
            var scope = await queries.ResolveAsync(filter, clocks.Site, cancellationToken);
            var page = await queries.ReadPageAsync(scope, after: null, MostNeighbours, cancellationToken);
            return [.. page.Rows.Where(row => row.Id != id)];
        }
    }

    /// <summary>Its way, from the tick that queued it; also of a reminder that never came to be.</summary>
    public async Task<IReadOnlyList<TimelineEntry>> TimelineAsync(ReminderStory story, Clocks clocks, CancellationToken cancellationToken)
    {
        var tick = story.Evidence.Reminder is { } reminder ? await explanations.FindTickAsync(reminder.ArmedAt, cancellationToken) : null;
        return ReminderTimeline.Of(story, tick, clocks, time.GetUtcNow());
    }
}
