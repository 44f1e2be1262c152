namespace ShiftReminders.Web.Cron;

public static class CronSetup
{
    /// <summary>Registers what reads pg_cron's history and acts on the tick.</summary>
    public static WebApplicationBuilder AddCron(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CronHistory>();
        builder.Services.AddSingleton<CronActs>();
        builder.Services.AddSingleton<PauseCosts>();
        return builder;
    }
}
