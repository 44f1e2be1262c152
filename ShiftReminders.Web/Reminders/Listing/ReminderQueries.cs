using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Reminders.Acting;

namespace ShiftReminders.Web.Reminders.Listing;

/// <summary>
/// Lists of reminders, of which there may be millions: by keyset, counted up to a cap, and given up after
/// <see cref="TimeLimit"/> with what the newest day holds.
/// </summary>
public sealed class ReminderQueries(NpgsqlDataSource database, TimeProvider time)
{
    public const int PageSize = 100;
    private const int ExportPageSize = 1000;

    /// <summary>What a page waits for. Settable for tests, which have no five million rows to be slow on.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Looks up whom the text may mean, what the act was done to, and when the range begins and ends.</summary>
    public async Task<ReminderScope> ResolveAsync(ReminderFilter filter, TimeZoneInfo site, CancellationToken cancellationToken)
    {
        var taken = TextMeaning.TakeApart(filter);
        var (from, until) = taken.EffectiveDue.Bounds(time.GetUtcNow(), site);
        return new ReminderScope
        {
            Filter = taken,
            From = from,
            Until = until,
            Act = taken.Act is { } act ? await new FollowedActs(database).ReadAsync(act, cancellationToken) : null,
            Text = taken.Text is { } text ? await MeaningAsync(text, cancellationToken) : null,
        };
    }

    /// <summary>The rows after a cursor; null: from the top.</summary>
    public async Task<ReminderSlice> ReadPageAsync(ReminderScope scope, ReminderCursor? after, int size, CancellationToken cancellationToken)
    {
        if (await TryReadPageAsync(scope, after, size, cancellationToken) is { } page) return page;
        var newest = await TryReadPageAsync(scope.NewestDay(time.GetUtcNow()), after, size, cancellationToken);
        return newest is null ? new ReminderSlice([], More: false, CutShort: true) : newest with { CutShort = true };
    }

    /// <summary>The counts on the four tabs; null when counting took too long.</summary>
    public async Task<ReminderCounts?> CountAsync(ReminderScope scope, CancellationToken cancellationToken)
    {
        var sql = new ReminderSql(scope);
        var tabs = new[] { ReminderTab.Pending, ReminderTab.Failed, ReminderTab.Sent, ReminderTab.All };
        var counts = tabs.Select(tab => $"({sql.Count(ReminderStates.Of(scope.Filter with { Tab = tab }))})");
        return await ReadWithinLimitAsync($"SELECT {string.Join(", ", counts)}", sql, async reader =>
        {
            await reader.ReadAsync(cancellationToken);
            return new ReminderCounts(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
        }, cancellationToken);
    }

    /// <summary>The ids in the scope, in its order, at most <paramref name="most"/>; null when that took too long.</summary>
    public async Task<IReadOnlyList<long>?> ReadIdsAsync(ReminderScope scope, int most, CancellationToken cancellationToken)
    {
        var sql = new ReminderSql(scope);
        return await ReadWithinLimitAsync(sql.Page(after: null, most), sql, async reader =>
        {
            var ids = new List<long>();
            while (await reader.ReadAsync(cancellationToken)) ids.Add(reader.GetInt64(0));
            return ids;
        }, cancellationToken);
    }

    /// <summary>These reminders as they are now; those that are gone are left out.</summary>
    public async Task<IReadOnlyList<ReminderRow>> ReadRowsAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return [];
        await using var command = database.CreateRead(ReminderRows.Select("SELECT unnest($1) AS id", "q.scheduled_for DESC, q.id DESC"));
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. ids] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReminderRows.ReadAsync(reader, cancellationToken);
    }

    /// <summary>Everything in the scope, page by page: no transaction stays open while somebody downloads.</summary>
    public async IAsyncEnumerable<ReminderRow> StreamAsync(ReminderScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ReminderCursor? after = null;
        while (true)
        {
            var sql = new ReminderSql(scope);
            await using var command = database.CreateCommand(RowsOf(sql, scope, after, ExportPageSize));
            sql.AddParametersTo(command.Parameters);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = await ReminderRows.ReadAsync(reader, cancellationToken);
            foreach (var row in rows) yield return row;
            if (rows.Count < ExportPageSize) yield break;
            after = rows[^1].Cursor;
        }
    }

    /// <summary>Kinds and reasons for the filter line.</summary>
    public async Task<ReminderChoices> ReadChoicesAsync(CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT notify_type, title FROM shift_reminders.rules ORDER BY notify_type"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT reason, min(sentence) FROM shift_reminders.reasons GROUP BY reason ORDER BY reason"));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        List<KindChoice> kinds = [];
        while (await reader.ReadAsync(cancellationToken)) kinds.Add(new KindChoice(reader.GetString(0), reader.GetString(1)));
        await reader.NextResultAsync(cancellationToken);
        List<ReasonChoice> reasons = [];
        while (await reader.ReadAsync(cancellationToken)) reasons.Add(new ReasonChoice(reader.GetString(0), reader.GetString(1)));
        return new ReminderChoices(kinds, reasons);
    }

    private static string RowsOf(ReminderSql sql, ReminderScope scope, ReminderCursor? after, int size) =>
        ReminderRows.Select(sql.Page(after, size), scope.Filter.OldestFirst ? "q.scheduled_for, q.id" : "q.scheduled_for DESC, q.id DESC");

    private async Task<IReadOnlyList<Guid>> FindPeopleAsync(string text, int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead("SELECT user_id FROM shift_reminders.find_people($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var people = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken)) people.Add(reader.GetGuid(0));
        return people;
    }

    private async Task<TextMeaning> MeaningAsync(string text, CancellationToken cancellationToken)
    {
        var number = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : (long?)null;
        if (text.Length < TextMeaning.ShortestWord)
            return new TextMeaning { Number = number, TooShort = number is null };
        var people = await FindPeopleAsync(text, TextMeaning.MostPeople + 1, cancellationToken);
        return new TextMeaning
        {
            People = [.. people.Take(TextMeaning.MostPeople)],
            MorePeople = people.Count > TextMeaning.MostPeople,
            Number = number,
            Error = text,
        };
    }

    private Task<ReminderSlice?> TryReadPageAsync(ReminderScope scope, ReminderCursor? after, int size, CancellationToken cancellationToken)
    {
        var sql = new ReminderSql(scope);
        return ReadWithinLimitAsync(RowsOf(sql, scope, after, size + 1), sql, async reader =>
        {
            var rows = await ReminderRows.ReadAsync(reader, cancellationToken);
            return new ReminderSlice([.. rows.Take(size)], rows.Count > size, CutShort: false);
        }, cancellationToken);
    }

    private async Task<T?> ReadWithinLimitAsync<T>(
        string text, ReminderSql sql, Func<DbDataReader, Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        // Compiling a plan (JIT) takes longer than any page of these lists.
        var limit = new NpgsqlBatchCommand("SELECT set_config('statement_timeout', $1, true), set_config('jit', 'off', true)");
        limit.Parameters.Add(new NpgsqlParameter<string> { TypedValue = TimeLimit.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) });
        batch.BatchCommands.Add(limit);
        var query = new NpgsqlBatchCommand(text);
        sql.AddParametersTo(query.Parameters);
        batch.BatchCommands.Add(query);
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            return await read(reader);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
