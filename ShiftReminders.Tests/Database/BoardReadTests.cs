using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>What the board of a day reads of the host.</summary>
public sealed class BoardReadTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Phones_of_a_person_are_looked_up_once_however_many_shifts_they_have()
    {
        var person = await database.Given.ReachablePersonAsync();
        for (var shift = 1; shift <= 30; shift++) await database.Given.ShiftAsync(person, TimeSpan.FromHours(1));
        await using var connection = await database.OwnerDataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);

        Assert.Equal(60, await ReadAsync<long>(
            connection, "SELECT count(devices) FROM shift_reminders.shift_board(now() - interval '1 day', now() + interval '1 day') WHERE devices = 1"));

        Assert.Equal(1, await ReadAsync<long>(
            connection, "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_xact_user_tables WHERE relid = 'public.fcm_tokens'::regclass"));
    }

    private static async Task<T> ReadAsync<T>(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
