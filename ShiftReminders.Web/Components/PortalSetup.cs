using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MudBlazor;
using MudBlazor.Services;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Access;
using ShiftReminders.Web.Components.Export;
using ShiftReminders.Web.Components.Layout;
using ShiftReminders.Web.Components.Live;
using ShiftReminders.Web.Components.Phone;
using ShiftReminders.Web.Components.Reminders;
using ShiftReminders.Web.Components.Settings;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Edge;

namespace ShiftReminders.Web.Components;

public static class PortalSetup
{
    private const int MostRetainedCircuits = 500;
    private const string EnabledKey = $"{PortalOptions.Section}:{nameof(PortalOptions.Enabled)}";

    /// <summary>Registers the pages and what they share; with <c>Portal__Enabled=false</c> nothing but the settings.</summary>
    public static WebApplicationBuilder AddPortal(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<PortalOptions>, PortalOptionsValidator>();
        services.AddOptions<PortalOptions>().BindConfiguration(PortalOptions.Section).ValidateOnStart();
        if (IsOff(builder.Configuration[EnabledKey])) return builder;
        // Published, the files lie in wwwroot and this finds nothing; from a build it lets every environment find them.
        builder.WebHost.UseStaticWebAssets();
        services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
            circuits.DisconnectedCircuitMaxRetained = MostRetainedCircuits);
        services.AddMudServices(mud => mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight);
        services.AddScoped<IComponentActivator, DenseComponents>();
        services.AddHttpContextAccessor();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SiteZone>();
        services.AddSingleton<ShellState>();
        services.AddSingleton<ChangeFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<ChangeFeed>());
        services.AddScoped<LiveUpdates>();
        services.AddScoped<CircuitHandler, SessionWatch>();
        services.AddScoped<Acting>();
        services.AddSingleton<SearchTurns>();
        services.AddScoped<PersonSearch>();
        services.AddScoped<ExportGate>();
        services.AddSingleton<PhoneActs>();
        services.AddSingleton<SiteSettings>();
        services.AddSingleton<SavedViewStore>();
        services.AddSingleton<ReminderHeads>();
        services.AddSingleton<ReminderDossiers>();
        services.AddScoped<ReminderActDialogs>();
        services.AddScoped<StepUp>();
        return builder;
    }

    /// <summary>The request pipeline of the portal, and every address of it.</summary>
    public static WebApplication UsePortal(this WebApplication app)
    {
        if (IsOff(app.Configuration[EnabledKey]))
        {
            app.UsePlainErrors();
            // Else who asks for a page would be sent to a sign-in that is not here.
            app.MapFallback("{*path}", () => Results.NotFound()).AllowAnonymous();
            return app;
        }
        app.UseHostCookies();
        if (!app.Environment.IsDevelopment()) app.UseExceptionHandler(PortalUrls.Error, createScopeForErrors: true);
        app.UseMiddleware<DatabaseAway>();
        app.UseStatusCodePagesWithReExecute(PortalUrls.NotFound, createScopeForStatusCodePages: true);
        app.UseOwnCircuits();
        app.UseAccess();
        app.MapStaticAssets().AllowAnonymous();
        app.MapAccess();
        app.MapAuditExport();
        app.MapReminderExport();
        app.MapTonightExport();
        app.MapDossierExport();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(server =>
            server.ContentSecurityFrameAncestorsPolicy = "'none'");
        return app;
    }

    /// <summary>Not bound: a value that is no boolean is the validation's to report.</summary>
    internal static bool IsOff(string? setting) => string.Equals(setting, bool.FalseString, StringComparison.OrdinalIgnoreCase);
}
