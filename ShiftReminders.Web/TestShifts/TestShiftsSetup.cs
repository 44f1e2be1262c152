using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ShiftReminders.Web.TestShifts;

public static class TestShiftsSetup
{
    /// <summary>
    /// Registers what seeds and removes test shifts, but only where <c>TestShifts__Enabled</c> is true: elsewhere there is
    /// nothing that a page, however it was reached, could call.
    /// </summary>
    public static WebApplicationBuilder AddTestShifts(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<TestShiftsOptions>().BindConfiguration(TestShiftsOptions.Section);
        if (!builder.Configuration.GetValue<bool>($"{TestShiftsOptions.Section}:{nameof(TestShiftsOptions.Enabled)}"))
            return builder;
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<TestBatches>();
        builder.Services.AddSingleton<TestAttendance>();
        builder.Services.AddHostedService(services => services.GetRequiredService<TestAttendance>());
        return builder;
    }
}
