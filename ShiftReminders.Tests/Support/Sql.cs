using Npgsql;

namespace ShiftReminders.Tests.Support;

/// <summary>Runs SQL outside any pool, so that no idle connection keeps a database from being copied or dropped.</summary>
public static class Sql
{
    public static async Task ExecuteAsync(string connectionString, params string[] statements)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    public static async Task ExecuteFileAsync(string connectionString, string path) =>
        await ExecuteAsync(connectionString, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));

    /// <summary>
    /// Deletes all rows of these tables. A page of the test before may be open still and read: TRUNCATE would lock it out, and
    /// could deadlock with it.
    /// </summary>
    public static Task EmptyAsync(this NpgsqlDataSource database, params string[] tables) =>
        database.ExecuteAsync(string.Join("; ", tables.Select(table => $"DELETE FROM {table}")));

    /// <summary>The first column of the first row; null for SQL's NULL and for no row.</summary>
    public static async Task<T?> ScalarAsync<T>(this NpgsqlDataSource database, string sql, params object?[] parameters)
    {
        await using var command = database.Command(sql, parameters);
        var value = await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        return value is null or DBNull ? default : (T)value;
    }

    /// <summary>The first column of every row.</summary>
    public static async Task<List<T>> ColumnAsync<T>(this NpgsqlDataSource database, string sql, params object?[] parameters)
    {
        await using var command = database.Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var values = new List<T>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            values.Add(reader.GetFieldValue<T>(0));
        return values;
    }

    public static async Task<int> ExecuteAsync(this NpgsqlDataSource database, string sql, params object?[] parameters)
    {
        await using var command = database.Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static NpgsqlCommand Command(this NpgsqlDataSource database, string sql, object?[] parameters)
    {
        var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter ?? DBNull.Value });
        return command;
    }
}
