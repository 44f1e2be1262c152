namespace ShiftReminders.Web.Delivery.Sandbox;

internal static class SandboxSetup
{
    public static IServiceCollection AddSandbox(this IServiceCollection services) => services
        .AddSingleton<SandboxPhones>()
        .AddSingleton<IPushSender, SandboxPushSender>();
}
