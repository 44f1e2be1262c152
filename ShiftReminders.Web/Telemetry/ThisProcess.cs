using System.Security.Cryptography;

namespace ShiftReminders.Web.Telemetry;

/// <summary>What tells this process from every other one that runs the app.</summary>
public static class ThisProcess
{
    /// <summary>
    /// The machine's name, the process id and a random part: on Cloud Run every replica is process 1 of <c>localhost</c>.
    /// </summary>
    public static string Name { get; } =
        $"{Environment.MachineName}:{Environment.ProcessId}:{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
}
