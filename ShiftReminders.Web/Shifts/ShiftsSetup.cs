namespace ShiftReminders.Web.Shifts;

public static class ShiftsSetup
{
    /// <summary>Registers what reads the host's shifts and people.</summary>
    public static WebApplicationBuilder AddShifts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<People>();
        builder.Services.AddSingleton<ShiftBoard>();
        return builder;
    }
}
