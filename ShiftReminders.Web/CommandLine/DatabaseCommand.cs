using Npgsql;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.CommandLine;

/// <summary>Runs a verb that needs nothing but the app's database, and says in one sentence what went wrong.</summary>
internal static class DatabaseCommand
{
    public static async Task<int> RunAsync(Func<NpgsqlDataSource, Task<int>> act)
    {
        var configuration = WebApplication.CreateBuilder().Configuration;
        if (!DatabaseConnection.TryRead(configuration, DatabaseConnection.App, out var connection, out var error))
            return await Answer.FailAsync(error);
        try
        {
            await using var database = NpgsqlDataSource.Create(connection.Target);
            return await act(database);
        }
        catch (Exception failure) when (connection.Explain(failure) is { } problem)
        {
            return await Answer.FailAsync(problem.Sentence);
        }
        catch (PostgresException refusal) when (refusal.SqlState is PostgresErrorCodes.InsufficientPrivilege
            or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName)
        {
            return await Answer.FailAsync($"{refusal.MessageText}: the database is not at this version, or {connection.Setting} names "
                + "another role than shift_reminders_app. Run migrate, then check.");
        }
    }
}
