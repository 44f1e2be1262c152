using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Components.Layout;

/// <summary>On every page: where you are, and whether a reminder reaches a real phone from here.</summary>
public sealed partial class EnvironmentBadge
{
    [Inject]
    public required IHostEnvironment Host { get; set; }

    [Inject]
    public required IOptions<PortalOptions> Options { get; set; }

    [Inject]
    public required IConfiguration Configuration { get; set; }

    private string Name => Options.Value.Environment ?? Host.EnvironmentName;

    private string Channel => Configuration["Delivery:Channel"] ?? (Host.IsDevelopment() ? "Sandbox" : "no");

    private string Tone => Host.IsProduction() ? "live" : "test";
}
