using System.Globalization;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Explaining;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>What came back for a device, in words. Accepted means taken by the provider, not seen by the person.</summary>
internal static class OutcomeWords
{
    public static string Of(string outcome) => outcome switch
    {
        "accepted" => "accepted",
        "partial" => "accepted for some",
        "gone" => "app uninstalled or registration lost",
        "mismatch" => "registered with another project",
        "rejected" => "message rejected",
        "transient" => "could not be delivered just now",
        "unknown" => "no answer in time",
        "platform_credentials" => "the platform's key is refused",
        "project_credentials" => "our credentials are refused",
        "not_attempted" => "not tried",
        "lost" => "processor lost",
        _ => outcome,
    };

    public static Tone ToneOf(string outcome) => outcome switch
    {
        "accepted" or "partial" => Tone.Good,
        "transient" or "unknown" or "lost" => Tone.Warning,
        "not_attempted" => Tone.Muted,
        _ => Tone.Bad,
    };

    public static IEnumerable<string> Facts(DeviceResult device)
    {
        if (device.Code is { } code) yield return code;
        if (device.Http is { } http) yield return string.Create(CultureInfo.InvariantCulture, $"HTTP {http}");
        if (device.Ms is { } latency) yield return string.Create(CultureInfo.InvariantCulture, $"{latency:0} ms");
        if (device.RetryAfter is { } after) yield return string.Create(CultureInfo.InvariantCulture, $"retry after {after:0} s");
    }
}
