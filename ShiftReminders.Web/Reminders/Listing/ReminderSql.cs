using System.Globalization;
using Npgsql;

namespace ShiftReminders.Web.Reminders.Listing;

/// <summary>
/// The SQL of a scope. Each way in which a row may match is a branch of its own, so that each is answered from its own
/// index and none is looked through further than the page is long. Finished rows and open ones lie in different indexes.
/// </summary>
internal sealed class ReminderSql
{
    // Literals, not parameters: the planner must see that a partial index fits.
    private const string Fresh = "NOT q.processed AND q.reason IS NULL";
    private const string Waiting = "NOT q.processed AND q.reason IS NOT NULL";
    private static readonly string[] AnyState = ["q.processed", Fresh, Waiting];

    private readonly List<NpgsqlParameter> parameters = [];
    private readonly List<string> conditions = [];
    private readonly ReminderScope scope;

    public ReminderSql(ReminderScope scope)
    {
        this.scope = scope;
        var filter = scope.Filter;
        if (filter.Kind is { } kind) conditions.Add($"q.notify_type = {Add(kind)}");
        if (filter.Person is { } person) conditions.Add($"q.user_id = {Add(person)}");
        if (filter.Shift is { } shift) conditions.Add($"q.schedule_id = {Add(shift)}");
        if (scope.Ids is { } ids) conditions.Add($"q.id = ANY ({Add(ids.ToArray())})");
        if (filter.Reason is { } reason) conditions.Add($"q.reason = {Add(reason)}");
        if (scope.From is { } from) conditions.Add($"q.scheduled_for >= {Add(from.ToUniversalTime())}");
        if (scope.Until is { } until) conditions.Add($"q.scheduled_for < {Add(until.ToUniversalTime())}");
    }

    // States exclude each other; a text may name one reminder in several ways, and then it is to be found once.
    private string Union => scope.Text is null ? " UNION ALL " : " UNION ";

    private string Order => scope.Filter.OldestFirst ? "scheduled_for, id" : "scheduled_for DESC, id DESC";

    /// <summary>The ids of one page, in order.</summary>
    public string Page(ReminderCursor? after, int size)
    {
        var compare = scope.Filter.OldestFirst ? '>' : '<';
        var rest = after is { } cursor
            ? $" AND (q.scheduled_for, q.id) {compare} ({Add(cursor.Due.ToUniversalTime())}, {Add(cursor.Id)})"
            : "";
        var branches = Branches(ReminderStates.Of(scope.Filter))
            .Select(branch => Select($"{branch}{rest}", $"ORDER BY {Order} LIMIT {Number(size)}"));
        return $"SELECT id, scheduled_for FROM ({string.Join(Union, branches)}) AS page ORDER BY {Order} LIMIT {Number(size)}";
    }

    /// <summary>How many there are in these states (none: in any), counted one beyond the cap.</summary>
    public string Count(IReadOnlyList<string> states)
    {
        var limit = $"LIMIT {Number(ReminderCounts.Cap + 1)}";
        var branches = Branches(states).Select(branch => Select(branch, limit));
        return $"SELECT count(*) FROM (SELECT 1 FROM ({string.Join(Union, branches)}) AS found {limit}) AS counted";
    }

    public void AddParametersTo(NpgsqlParameterCollection target) => target.AddRange(parameters.Select(p => p.Clone()).ToArray());

    private static string Select(string where, string tail) =>
        $"(SELECT q.id, q.scheduled_for FROM public.scheduled_notifications q WHERE {where} {tail})";

    private IEnumerable<string> Branches(IReadOnlyList<string> states) =>
        from state in states.Count == 0 ? AnyState : states.SelectMany(OfState)
        from meaning in Meanings()
        select string.Join(" AND ", [.. conditions, state, .. meaning]);

    // The planner cannot know which states are processed ones. The state comes from our own list.
    private static string[] OfState(string state) => state switch
    {
        "pending" => [$"{Fresh} AND q.state = 'pending'", $"{Waiting} AND q.state = 'pending'"],
        "sending" => [$"{Fresh} AND q.state = 'sending'"],
        "sent" => ["q.processed AND q.state = 'sent'"],
        _ => [$"q.processed AND q.reason <> 'accepted' AND shift_reminders.ended_unsent(q.reason) = '{state}'"],
    };

    private IEnumerable<string[]> Meanings()
    {
        if (scope.Text is not { } text)
        {
            yield return [];
            yield break;
        }
        if (text.People.Count > 0) yield return [$"q.user_id = ANY ({Add(text.People.ToArray())})"];
        if (text.Number is { } number)
        {
            yield return [$"q.schedule_id = {Add(number)}"];
            yield return [$"q.id = {Add(number)}"];
        }
        if (text.Error is { } error) yield return ["q.last_error IS NOT NULL", $"strpos(shift_reminders.fold(q.last_error), (SELECT shift_reminders.fold({Add(error)}))) > 0"];
        if (text is { People.Count: 0, Number: null, Error: null }) yield return ["false"];
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private string Add<T>(T value)
    {
        var name = $"p{Number(parameters.Count)}";
        parameters.Add(new NpgsqlParameter<T>(name, value));
        return "@" + name;
    }
}
