using Npgsql;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>What a bare pipeline does with what is due.</summary>
/// <typeparam name="TItem">A reminder as it is claimed.</typeparam>
/// <typeparam name="TSent">The same once FCM has it.</typeparam>
internal interface IBareWork<TItem, TSent>
{
    /// <summary>SQL that claims and marks up to 500 reminders.</summary>
    string Claim { get; }

    /// <summary>SQL that writes down that reminders were delivered.</summary>
    string Done { get; }

    TItem Read(NpgsqlDataReader reader);

    Task<TSent> SendAsync(TItem item);

    /// <summary>Those of <see cref="Done"/>.</summary>
    NpgsqlParameter[] Parameters(List<TSent> batch);
}
