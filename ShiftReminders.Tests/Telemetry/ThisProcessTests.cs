using ShiftReminders.Web.Processing;
using ShiftReminders.Web.Telemetry;

namespace ShiftReminders.Tests.Telemetry;

/// <summary>Replicas that share the machine's name and the process id, as on Cloud Run, are still told apart.</summary>
public sealed class ThisProcessTests
{
    [Fact]
    public void Name_has_a_part_that_neither_the_machine_nor_the_process_id_decides()
    {
        var known = $"{Environment.MachineName}:{Environment.ProcessId}:";

        Assert.StartsWith(known, ThisProcess.Name, StringComparison.Ordinal);
        Assert.Equal(8, ThisProcess.Name.Length - known.Length);
        Assert.Equal(ThisProcess.Name, new ProcessorOptions().Name);
    }
}
