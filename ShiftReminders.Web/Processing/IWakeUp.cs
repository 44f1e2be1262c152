namespace ShiftReminders.Web.Processing;

/// <summary>Has the queue looked at again.</summary>
public interface IWakeUp
{
    /// <summary>Looks at the queue within <paramref name="delay"/>; zero or less: now.</summary>
    void Within(TimeSpan delay);
}
