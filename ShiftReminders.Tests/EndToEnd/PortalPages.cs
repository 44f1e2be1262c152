using System.Reflection;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>Every page of the portal that has a fixed address: a new one is tested without being listed here.</summary>
internal static class PortalPages
{
    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(Routes).Assembly.GetTypes()
            .SelectMany(page => page.GetCustomAttributes<RouteAttribute>())
            .Select(route => route.Template)
            .Where(template => !template.Contains('{', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];
}
