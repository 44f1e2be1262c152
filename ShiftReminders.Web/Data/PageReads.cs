using Npgsql;

namespace ShiftReminders.Web.Data;

/// <summary>
/// What pages read: a database that is frozen, rather than gone, must not keep anybody waiting for Npgsql's 30 seconds. What
/// the queue does may take longer, and is left alone.
/// </summary>
internal static class PageReads
{
    /// <summary>How long a read may take. With the time to give it up, a page knows within ten seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>A command for a page. A shorter <c>Command Timeout</c> of the connection string holds.</summary>
    public static NpgsqlCommand CreateRead(this NpgsqlDataSource database, string sql)
    {
        var command = database.CreateCommand(sql);
        command.CommandTimeout = Seconds(command.CommandTimeout);
        return command;
    }

    /// <summary>The same for Entity Framework.</summary>
    public static int CommandTimeoutOf(NpgsqlDataSource database) =>
        Seconds(new NpgsqlConnectionStringBuilder(database.ConnectionString).CommandTimeout);

    // 0: Npgsql waits for ever.
    private static int Seconds(int stated) => stated == 0 ? (int)Patience.TotalSeconds : Math.Min(stated, (int)Patience.TotalSeconds);
}
