namespace ShiftReminders.Benchmarks.Peers;

/// <summary>What is done with one reminder.</summary>
internal interface IRemindWork
{
    Task RemindAsync(long shift, Guid person, DateTime anchor);
}
