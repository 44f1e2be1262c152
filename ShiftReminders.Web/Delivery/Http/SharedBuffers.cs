namespace ShiftReminders.Web.Delivery.Http;

/// <summary>Makes the runtime's shared buffer pool large enough for hundreds of HTTP/2 answers at a time.</summary>
internal static class SharedBuffers
{
    private const string PoolSize = "DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION";

    /// <summary>Before anything rents a buffer: the pool reads its size once. What the environment says counts.</summary>
    public static void MakeRoom()
    {
        // By default a processor keeps 32 of a size, and each answer takes 16 kB: with more in flight every push would
        // leave one behind for the collector. What is not used is still given back after a while.
        if (Environment.GetEnvironmentVariable(PoolSize) is null) Environment.SetEnvironmentVariable(PoolSize, "2048");
    }
}
