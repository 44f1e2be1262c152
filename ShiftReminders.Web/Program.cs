using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.CommandLine;
using ShiftReminders.Web.Components;
using ShiftReminders.Web.Cron;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.Http;
using ShiftReminders.Web.Edge;
using ShiftReminders.Web.Processing;
using ShiftReminders.Web.Reminders;
using ShiftReminders.Web.Reminders.Rules;
using ShiftReminders.Web.Shifts;
using ShiftReminders.Web.Telemetry;
using ShiftReminders.Web.TestShifts;

SharedBuffers.MakeRoom();
return await ShiftRemindersCommand.RunAsync(args, arguments => BuildApp(arguments));

public sealed partial class Program
{
    /// <summary>The whole app, not yet started.</summary>
    /// <param name="arguments">Settings of the host, such as <c>--urls</c>.</param>
    /// <param name="adjust">What a test replaces, after everything is registered.</param>
    internal static WebApplication BuildApp(string[] arguments, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(arguments);
        builder.AddDatabase();
        builder.AddDatabaseContext();
        builder.AddDelivery();
        builder.AddProcessing();
        builder.AddAccess();
        builder.AddReminderReads();
        builder.AddShifts();
        builder.AddRules();
        builder.AddCron();
        builder.AddTestShifts();
        builder.AddEdge();
        builder.AddPortal();
        builder.AddTelemetry();

        adjust?.Invoke(builder);
        var app = builder.Build();
        // Before anything reads a setting: then all that is wrong is said at once.
        app.Services.GetService<IStartupValidator>()?.Validate();
        app.UseEdge();
        app.UseMetricsToken();
        app.UsePortal();
        app.MapTelemetry();
        return app;
    }
}
