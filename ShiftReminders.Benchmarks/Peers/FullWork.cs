using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ShiftReminders.Benchmarks.Drain;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Benchmarks.Peers;

/// <summary>Judge against the live shift and mark, POST the real text to each phone, keep an attempt with their results.</summary>
internal sealed class FullWork(NpgsqlDataSource database, BarePost post) : IRemindWork
{
    private static readonly string JudgeAndMark = BenchDatabase.ReadFile("judge-and-mark.sql");
    private static readonly string Record = BenchDatabase.ReadFile("record.sql");

    private readonly ReminderText text = new(TimeZoneInfo.Utc);

    public async Task RemindAsync(long shift, Guid person, DateTime anchor)
    {
        var nid = $"shift-{shift}-{person}-start_15";
        var claimedAt = TimeProvider.System.GetUtcNow();
        var judged = await JudgeAsync(nid, shift, person, anchor);
        var devices = judged.Reminder is { } reminder ? await post.SendAsync(reminder.Write(text), judged.Devices) : [];
        await RecordAsync(shift, claimedAt, judged.Verdict == "deliver" ? "accepted" : judged.Verdict, devices);
    }

    private async Task<Judged> JudgeAsync(string nid, long shift, Guid person, DateTime anchor)
    {
        await using var command = database.CreateCommand(JudgeAndMark);
        AddArray(command, NpgsqlDbType.Text, nid);
        AddArray(command, NpgsqlDbType.Bigint, shift);
        AddArray(command, NpgsqlDbType.Uuid, person);
        AddArray(command, NpgsqlDbType.TimestampTz, anchor);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var verdict = reader.GetString(1);
        return verdict != "deliver" ? new Judged(verdict) : new Judged(verdict)
        {
            Reminder = new StartReminder
            {
                NotificationId = nid,
                Shift = shift,
                StartAt = reader.GetDateTime(2),
                TimeToLive = TimeSpan.FromSeconds(reader.GetInt32(3)),
                Label = await reader.IsDBNullAsync(4) ? null : reader.GetString(4),
                TimeZone = await reader.IsDBNullAsync(5) ? null : reader.GetString(5),
            },
            Devices = [.. reader.GetFieldValue<string[]>(6).Zip(reader.GetFieldValue<string[]>(7), reader.GetFieldValue<string?[]>(8))],
        };
    }

    // A phone that refuses throws out of the job, and Hangfire tries it again: what is recorded has been accepted.
    private async Task RecordAsync(long shift, DateTimeOffset claimedAt, string outcome, List<SentDevice> devices)
    {
        var attempt = new[] { new { reminder_id = shift, attempt = 1, claimed_at = claimedAt, outcome, devices } };
        await using var command = database.CreateCommand(Record);
        command.Parameters.Add(new NpgsqlParameter { Value = JsonSerializer.Serialize(attempt), NpgsqlDbType = NpgsqlDbType.Json });
        command.Parameters.Add(new NpgsqlParameter { Value = Array.Empty<string>(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync();
    }

    private static void AddArray<T>(NpgsqlCommand command, NpgsqlDbType type, T value) =>
        command.Parameters.Add(new NpgsqlParameter { Value = new[] { value }, NpgsqlDbType = NpgsqlDbType.Array | type });

    private sealed record Judged(string Verdict)
    {
        /// <summary>Null unless the verdict is deliver.</summary>
        public StartReminder? Reminder { get; init; }

        public IReadOnlyList<(string Device, string Token, string? Platform)> Devices { get; init; } = [];
    }
}
