using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Shifts;

/// <summary>The host app's people and their phones, as far as the host contract shows them.</summary>
public sealed class People(IDbContextFactory<ShiftRemindersDb> contexts)
{
    /// <param name="words">Part of a name, or the beginning of an id; empty: everybody.</param>
    /// <param name="most">At most so many, by name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<Person>> FindAsync(string? words, int most, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Database
            .SqlQuery<Person>($"SELECT * FROM shift_reminders.find_people({(words ?? "").Replace("\0", "", StringComparison.Ordinal)}, {most})")
            .ToListAsync(cancellationToken);
    }

    /// <summary>Those of the ids that are known, with their names.</summary>
    public async Task<IReadOnlyDictionary<Guid, Person>> NamedAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.Distinct().ToArray();
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Database
            .SqlQuery<Person>($"SELECT * FROM shift_reminders.people_named({wanted})")
            .ToDictionaryAsync(person => person.UserId, cancellationToken);
    }

    /// <summary>All phones of a person, also those that a channel called gone.</summary>
    public async Task<IReadOnlyList<PersonDevice>> DevicesOfAsync(Guid person, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Database
            .SqlQuery<PersonDevice>($"SELECT * FROM shift_reminders.devices_of({person})")
            .ToListAsync(cancellationToken);
    }
}
