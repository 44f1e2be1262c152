using Npgsql;
using NpgsqlTypes;

namespace ShiftReminders.Web.Reminders;

/// <summary>The arrays of <c>record_attempts</c>: four with an entry per reminder, eleven with one per device.</summary>
internal static class RecordParameters
{
    public static void Add(NpgsqlParameterCollection parameters, IReadOnlyList<AttemptResult> results)
    {
        AddReminders(parameters, results);
        AddDevices(parameters, results);
    }

    private static void AddReminders(NpgsqlParameterCollection parameters, IReadOnlyList<AttemptResult> results)
    {
        var (ids, tokens) = (new long[results.Count], new Guid[results.Count]);
        var (generations, attempts) = (new int[results.Count], new int[results.Count]);
        for (var index = 0; index < results.Count; index++)
        {
            var reminder = results[index].Reminder;
            ids[index] = reminder.ReminderId;
            tokens[index] = reminder.ClaimToken;
            generations[index] = reminder.Generation;
            attempts[index] = reminder.Attempt;
        }
        parameters.Add(ReminderQueue.Array(NpgsqlDbType.Bigint, ids));
        parameters.Add(ReminderQueue.Array(NpgsqlDbType.Uuid, tokens));
        parameters.Add(ReminderQueue.Array(NpgsqlDbType.Integer, generations));
        parameters.Add(ReminderQueue.Array(NpgsqlDbType.Integer, attempts));
    }

    private static void AddDevices(NpgsqlParameterCollection parameters, IReadOnlyList<AttemptResult> results)
    {
        var columns = new DeviceColumns(results.Sum(result => result.Devices.Count));
        for (var index = 0; index < results.Count; index++)
            foreach (var device in results[index].Devices)
                columns.Add(index + 1, results[index].Age, device);
        columns.AddTo(parameters);
    }

    private sealed class DeviceColumns(int count)
    {
        private readonly int[] reminders = new int[count];
        private readonly string[] ids = new string[count];
        private readonly string?[] platforms = new string?[count];
        private readonly string[] outcomes = new string[count];
        private readonly string?[] codes = new string?[count];
        private readonly int?[] statuses = new int?[count];
        private readonly string?[] messages = new string?[count];
        private readonly int[] latencies = new int[count];
        private readonly double?[] retries = new double?[count];
        private readonly string?[] details = new string?[count];
        private readonly int[] ages = new int[count];
        private int next;

        public void Add(int reminder, TimeSpan age, in DeviceResult device)
        {
            reminders[next] = reminder;
            ids[next] = device.DeviceId;
            platforms[next] = device.Platform;
            outcomes[next] = device.Outcome;
            codes[next] = Storable(device.Code);
            statuses[next] = device.HttpStatus;
            messages[next] = Storable(device.MessageId);
            latencies[next] = Milliseconds(device.Latency);
            retries[next] = device.RetryAfter?.TotalSeconds;
            details[next] = Storable(device.Detail);
            ages[next] = Milliseconds(age);
            next++;
        }

        public void AddTo(NpgsqlParameterCollection parameters)
        {
            parameters.Add(ReminderQueue.Array(NpgsqlDbType.Integer, reminders));
            parameters.Add(ReminderQueue.Array(NpgsqlDbType.Text, ids));
            parameters.Add(ReminderQueue.Array(NpgsqlDbType.Text, platforms));
            parameters.Add(ReminderQueue.Array(NpgsqlDbType.Text, outcomes));
            parameters.Add(ReminderQueue.Array(NpgsqlDbType.Text, codes));
            parameters.Add(ReminderQueue.Array(NpgsqlDbType.Integer, statuses));
            parameters.Add(ReminderQueue.Array(NpgsqlDbType.Text, messages));
            parameters.Add(ReminderQueue.Array(NpgsqlDbType.Integer, latencies));
            parameters.Add(ReminderQueue.Array(NpgsqlDbType.Double, retries));
            parameters.Add(ReminderQueue.Array(NpgsqlDbType.Text, details));
            parameters.Add(ReminderQueue.Array(NpgsqlDbType.Integer, ages));
        }
    }

    internal static int Milliseconds(TimeSpan span) => (int)Math.Min(span.TotalMilliseconds, int.MaxValue);

    // A provider's reply may hold what text in PostgreSQL cannot: NUL and halves of surrogate pairs.
    internal static string? Storable(string? text)
    {
        if (text is null || !text.AsSpan().ContainsAny(Suspicious)) return text;
        return string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 0 ? "\uFFFD" : rune.ToString()));
    }

    private static readonly System.Buffers.SearchValues<char> Suspicious =
        System.Buffers.SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(code => (char)code), '\0']);
}
