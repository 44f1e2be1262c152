using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor.Services;
using ShiftReminders.Web.Components;

namespace ShiftReminders.Tests.Support;

/// <summary>bUnit with what the portal's components ask for: MudBlazor, a clock that stands still, and two time zones.</summary>
public abstract class PortalContext : BunitContext
{
    protected PortalContext()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<TimeProvider>(Time);
    }

    /// <summary>A Monday in winter, 08:46:12 in Berlin.</summary>
    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 7, 46, 12, TimeSpan.Zero));

    protected static Clocks BerlinAndNewYork { get; } = Clocks.For(
        TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), "America/New_York");

    /// <summary>Renders with the site in Berlin and the viewer in New York.</summary>
    protected IRenderedComponent<T> RenderInBerlin<T>(Action<ComponentParameterCollectionBuilder<T>> parameters)
        where T : IComponent
    {
        RenderTree.Add<CascadingValue<Clocks>>(value => value.Add(p => p.Value, BerlinAndNewYork));
        return Render(parameters);
    }
}
