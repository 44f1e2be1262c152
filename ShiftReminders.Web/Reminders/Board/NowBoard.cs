using System.Text.Json;

namespace ShiftReminders.Web.Reminders.Board;

/// <summary>Everything the page Now shows, as <c>shift_reminders.now_board()</c> found it in one round trip.</summary>
public sealed record NowBoard
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>When it was read, by the database's clock.</summary>
    public DateTimeOffset At { get; init; }

    public BoardPause? Pause { get; init; }

    public BoardCron Cron { get; init; } = new();

    public BoardQueue Queue { get; init; } = new();

    public IReadOnlyList<BoardProcessor> Processors { get; init; } = [];

    public IReadOnlyList<BoardChannel> Channels { get; init; } = [];

    public BoardNextHour NextHour { get; init; } = new();

    /// <summary>The last 24 hours; null where it was not asked for.</summary>
    public BoardHistory? History { get; init; }

    internal static NowBoard Parse(string json) => JsonSerializer.Deserialize<NowBoard>(json, Json)!;
}

public sealed record BoardPause(string By);

public sealed record BoardCron
{
    /// <summary>Whether this database has pg_cron at all; without it the watchdog is the scheduler.</summary>
    public bool Available { get; init; }

    public DateTimeOffset? LastCronAt { get; init; }

    /// <summary>The oldest tick on record, of whoever ran it.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    public BoardTick? Last { get; init; }

    public DateTimeOffset? LastGoodAt { get; init; }
}

public sealed record BoardTick(string Source, DateTimeOffset At, string? Error, int Queued);

public sealed record BoardQueue
{
    public long Pending { get; init; }

    public long Sending { get; init; }

    /// <summary>Due already, still useful, and not being sent.</summary>
    public long Waiting { get; init; }

    /// <summary>Those of them that failed and wait for their next attempt.</summary>
    public long Retrying { get; init; }

    /// <summary>Since when the oldest waits that a processor might claim.</summary>
    public DateTimeOffset? OldestWaitingAt { get; init; }

    /// <summary>Since when the oldest of all those that wait might have been sent.</summary>
    public DateTimeOffset? OldestDueAt { get; init; }
}

/// <param name="Name">Its own.</param>
/// <param name="Host">Where it runs.</param>
/// <param name="Version">Its version.</param>
/// <param name="Channel">What it sends through.</param>
/// <param name="SeenAt">When it was last heard.</param>
/// <param name="Alive">Whether that was a moment ago.</param>
/// <param name="Trouble">Why it cannot reach the channel; null: it can.</param>
public sealed record BoardProcessor(string Name, string Host, string Version, string Channel, DateTimeOffset SeenAt, bool Alive, string? Trouble = null);

public sealed record BoardChannel
{
    public required string Channel { get; init; }

    public string State { get; init; } = "up";

    public string? Reason { get; init; }

    public DateTimeOffset Since { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    public int? LatencyMs { get; init; }

    public string? Alarm { get; init; }

    /// <summary>Whether a living processor sends through it.</summary>
    public bool Used { get; init; }

    public IReadOnlyList<BoardPlatform> Platforms { get; init; } = [];

    /// <summary>What keeps reminders from phones; the worst first.</summary>
    public IReadOnlyList<BoardTrouble> Troubles { get; init; } = [];
}

/// <summary>An outage; what is one is defined by the SQL function <c>channel_trouble</c>.</summary>
public sealed record BoardTrouble
{
    /// <summary>refused, unreachable, failing or silent.</summary>
    public required string Kind { get; init; }

    /// <summary>Null: the channel as a whole.</summary>
    public string? Platform { get; init; }

    /// <summary>Nothing gets through, or next to nothing; else some does.</summary>
    public bool IsDown { get; init; }

    public DateTimeOffset Since { get; init; }

    /// <summary>How many of <see cref="Attempts"/> failed: pushes, or processors that cannot reach it.</summary>
    public long? Failed { get; init; }

    public long? Attempts { get; init; }

    public DateTimeOffset? LastAcceptedAt { get; init; }

    public string? Reason { get; init; }
}

public sealed record BoardPlatform(string Platform, string Reason, DateTimeOffset Since);

public sealed record BoardNextHour
{
    public long Reminders { get; init; }

    public long People { get; init; }

    /// <summary>People of those who have no device.</summary>
    public long Unreachable { get; init; }

    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>The first of them, minute by minute and rule by rule.</summary>
    public IReadOnlyList<BoardSlot> Slots { get; init; } = [];
}

/// <param name="DueAt">When the first of the minute is due.</param>
/// <param name="Title">The rule's.</param>
/// <param name="Reminders">How many.</param>
/// <param name="Unreachable">How many of those go to people who have no device.</param>
public sealed record BoardSlot(DateTimeOffset DueAt, string Title, long Reminders, long Unreachable)
{
    /// <summary>The rule's <c>notify_type</c>.</summary>
    public string Kind { get; init; } = "";
}

public sealed record BoardHistory
{
    public DateTimeOffset Since { get; init; }

    /// <summary>How many ended in (or are in) each state.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();

    /// <summary>Who was to be reminded and was not.</summary>
    public BoardLost Lost { get; init; } = new();

    /// <summary>What should exist and does not, today and yesterday.</summary>
    public IReadOnlyList<BoardUnaccounted> Unaccounted { get; init; } = [];

    public BoardLateness Lateness { get; init; } = new();

    public IReadOnlyList<BoardHour> Hours { get; init; } = [];

    public IReadOnlyList<BoardCause> Causes { get; init; } = [];

    public long Count(string state) => Counts.GetValueOrDefault(state);
}

/// <summary>Failed and expired, of all that ended sent, failed or expired.</summary>
public sealed record BoardLost
{
    public long Reminders { get; init; }

    public long People { get; init; }

    public long Ended { get; init; }

    /// <summary>When the first of them was due.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>Those of the last hour.</summary>
    public long Lately { get; init; }

    public long EndedLately { get; init; }
}

/// <param name="Day">By the site's clock.</param>
/// <param name="Reminders">How many nothing explains.</param>
/// <param name="People">To how many people.</param>
public sealed record BoardUnaccounted(DateOnly Day, long Reminders, long People);

/// <summary>How late the accepted ones were; the percentiles are seconds, null while nothing was sent.</summary>
public sealed record BoardLateness
{
    public long Measured { get; init; }

    /// <summary>Accepted within five seconds after they were due.</summary>
    public long OnTime { get; init; }

    public double? P50 { get; init; }

    public double? P95 { get; init; }

    public double? Worst { get; init; }

    public double? Share => Measured == 0 ? null : (double)OnTime / Measured;
}

/// <param name="From">The hour's beginning.</param>
/// <param name="Sent">Accepted.</param>
/// <param name="Failed">Failed or expired.</param>
/// <param name="Other">Skipped or cancelled.</param>
public sealed record BoardHour(DateTimeOffset From, long Sent, long Failed, long Other);

/// <summary>What did not reach people, by why.</summary>
public sealed record BoardCause(string State, string Reason, long Reminders, long People, DateTimeOffset FirstAt, DateTimeOffset LastAt);
