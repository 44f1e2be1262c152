using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>
/// The product's work as one would write it by hand for reminders that go well: judged and leased, its text written, FCM's
/// answer read, an attempt kept. What goes wrong ends the benchmark.
/// </summary>
/// <param name="post">To FCM.</param>
/// <param name="kind">What of it: all, or no more than judging and the message.</param>
internal sealed class SameWork(BarePost post, BareKind kind) : IBareWork<SameWork.Item, SameWork.Sent>
{
    private readonly ReminderText text = new(TimeZoneInfo.Utc);

    internal sealed record Item(
        long Id, Guid Claim, StartReminder Reminder, IReadOnlyList<(string Device, string Token, string? Platform)> Devices);

    internal readonly record struct Sent(long Id, Guid Claim, string Devices);

    public string Claim { get; } = BenchDatabase.ReadFile($"claim-{kind.Work}.sql").Replace(
        "/* judged.sql */", BenchDatabase.ReadFile("judged.sql"), StringComparison.Ordinal);

    public string Done { get; } = BenchDatabase.ReadFile($"done-{kind.Work}.sql");

    public Item Read(NpgsqlDataReader reader)
    {
        var verdict = reader.GetString(1);
        if (verdict != "deliver") throw new InvalidOperationException($"Reminder {reader.GetInt64(0)} was judged {verdict}.");
        var reminder = new StartReminder
        {
            NotificationId = reader.GetString(2),
            Shift = reader.GetInt64(3),
            TimeToLive = TimeSpan.FromSeconds(reader.GetInt32(6)),
            StartAt = reader.GetDateTime(7),
            Label = reader.IsDBNull(8) ? null : reader.GetString(8),
            TimeZone = reader.IsDBNull(9) ? null : reader.GetString(9),
        };
        return new Item(reader.GetInt64(0), reader.GetGuid(4), reminder,
            [.. reader.GetFieldValue<string[]>(10).Zip(reader.GetFieldValue<string[]>(11), reader.GetFieldValue<string?[]>(12))]);
    }

    public async Task<Sent> SendAsync(Item item)
    {
        var devices = await post.SendAsync(item.Reminder.Write(text), item.Devices);
        return new Sent(item.Id, item.Claim, JsonSerializer.Serialize(devices));
    }

    public NpgsqlParameter[] Parameters(List<Sent> batch) =>
    [
        new NpgsqlParameter<long[]> { TypedValue = [.. batch.Select(sent => sent.Id)] },
        new NpgsqlParameter<Guid[]> { TypedValue = [.. batch.Select(sent => sent.Claim)] },
        new NpgsqlParameter<string[]>
        {
            TypedValue = [.. batch.Select(sent => sent.Devices)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
        },
    ];
}
