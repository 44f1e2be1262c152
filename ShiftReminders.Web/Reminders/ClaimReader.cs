using Npgsql;

namespace ShiftReminders.Web.Reminders;

/// <summary>Reads the rows of <c>claim_reminders</c>.</summary>
internal static class ClaimReader
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly long First = (DateTime.MinValue.Ticks - Epoch.Ticks) / TicksPerMicrosecond;
    private static readonly long Last = (DateTime.MaxValue.Ticks - Epoch.Ticks) / TicksPerMicrosecond;

    public static async Task<List<ClaimedReminder>> ReadAsync(
        NpgsqlDataReader reader, int expected, CancellationToken cancellationToken)
    {
        var claimed = new List<ClaimedReminder>(expected);
        if (!await reader.ReadAsync(cancellationToken)) return claimed;
        var column = Columns.Of(reader);
        var texts = new Dictionary<(string, string?), Templates>();
        do
            claimed.Add(Read(reader, column, texts));
        while (await reader.ReadAsync(cancellationToken));
        return claimed;
    }

    private static ClaimedReminder Read(NpgsqlDataReader reader, Columns column, Dictionary<(string, string?), Templates> texts)
    {
        var (rule, locale) = (reader.GetString(column.NotifyType), Text(reader, column.Locale));
        var templates = TemplatesOf(reader, column, (rule, locale), texts);
        var (ids, tokens, platforms) = Devices(reader, column);
        return new ClaimedReminder
        {
            ReminderId = reader.GetInt64(column.ReminderId),
            ClaimToken = reader.GetGuid(column.ClaimToken),
            Generation = reader.GetInt32(column.Generation),
            Attempt = reader.GetInt32(column.Attempt),
            NotificationId = reader.GetString(column.NotificationId),
            ScheduleId = reader.GetInt64(column.ScheduleId),
            UserId = reader.GetGuid(column.UserId),
            NotifyType = rule,
            ScheduledFor = Instant(reader, column.ScheduledFor),
            ExpiresIn = Seconds.Span(reader.GetDouble(column.ExpiresIn)),
            LeaseIn = Seconds.Span(reader.GetDouble(column.LeaseIn)),
            StartAt = KnownInstant(reader, column.StartAt),
            EndAt = KnownInstant(reader, column.EndAt),
            AnchorAt = Instant(reader, column.AnchorAt),
            Label = Text(reader, column.Label),
            TimeZone = Text(reader, column.TimeZone),
            Locale = locale,
            DisplayName = Text(reader, column.DisplayName),
            TitleTemplate = templates.Title,
            BodyTemplate = templates.Body,
            DeviceIds = ids,
            Tokens = tokens,
            Platforms = platforms,
        };
    }

    // A host's table may hold one token twice; the person still has one phone.
    private static (string[] Ids, string[] Tokens, string?[] Platforms) Devices(NpgsqlDataReader reader, Columns column)
    {
        string[] ids = Texts(reader, column.DeviceIds)!, tokens = Texts(reader, column.Tokens)!;
        var platforms = Texts(reader, column.Platforms);
        if (!NamesOneTwice(ids)) return (ids, tokens, platforms);
        var places = Enumerable.Range(0, ids.Length).Where(place => IsFirst(ids, place)).ToArray();
        return (Pick(ids, places), Pick(tokens, places), Pick(platforms, places));
    }

    // Asked of every claim, and hardly ever so: it makes nothing.
    private static bool NamesOneTwice(string[] ids)
    {
        for (var place = 1; place < ids.Length; place++)
            if (!IsFirst(ids, place)) return true;
        return false;
    }

    private static bool IsFirst(string[] ids, int place) => Array.IndexOf(ids, ids[place]) == place;

    private static T[] Pick<T>(T[] all, int[] places) => Array.ConvertAll(places, place => all[place]);

    // The first reminder of each rule and locale brings the text for those after it.
    private static Templates TemplatesOf(
        NpgsqlDataReader reader, Columns column, (string Rule, string? Locale) key, Dictionary<(string, string?), Templates> texts)
    {
        if (Text(reader, column.TitleTemplate) is { } title)
            texts[key] = new Templates(title, Text(reader, column.BodyTemplate) ?? "");
        return texts.GetValueOrDefault(key, Templates.None);
    }

    private static string? Text(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    private static string?[] Texts(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? [] : reader.GetFieldValue<string?[]>(column);

    // PostgreSQL's timestamps reach beyond year 9999, and one absurd shift must not make its whole batch unreadable.
    private static DateTime Instant(NpgsqlDataReader reader, int column) =>
        Epoch.AddTicks(Math.Clamp(reader.GetFieldValue<long>(column), First, Last) * TicksPerMicrosecond);

    private static DateTime? KnownInstant(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Instant(reader, column);

    private readonly record struct Templates(string Title, string Body)
    {
        public static Templates None { get; } = new("", "");
    }

    /// <summary>Where the columns are: looked up by name once per batch, so that the function may gain some.</summary>
    private readonly record struct Columns(
        int ReminderId, int ClaimToken, int Generation, int Attempt, int NotificationId, int ScheduleId, int UserId,
        int NotifyType, int ScheduledFor, int ExpiresIn, int LeaseIn, int StartAt, int EndAt, int AnchorAt, int Label,
        int TimeZone, int Locale, int DisplayName, int TitleTemplate, int BodyTemplate, int DeviceIds, int Tokens,
        int Platforms)
    {
        public static Columns Of(NpgsqlDataReader reader) => new(
            reader.GetOrdinal("reminder_id"), reader.GetOrdinal("claim_token"), reader.GetOrdinal("generation"),
            reader.GetOrdinal("attempt"), reader.GetOrdinal("notification_id"), reader.GetOrdinal("schedule_id"),
            reader.GetOrdinal("user_id"), reader.GetOrdinal("notify_type"), reader.GetOrdinal("scheduled_for"),
            reader.GetOrdinal("expires_in"), reader.GetOrdinal("lease_in"), reader.GetOrdinal("start_at"),
            reader.GetOrdinal("end_at"), reader.GetOrdinal("anchor_at"), reader.GetOrdinal("label"),
            reader.GetOrdinal("time_zone"), reader.GetOrdinal("locale"), reader.GetOrdinal("display_name"),
            reader.GetOrdinal("title_template"), reader.GetOrdinal("body_template"), reader.GetOrdinal("device_ids"),
            reader.GetOrdinal("tokens"), reader.GetOrdinal("platforms"));
    }
}
