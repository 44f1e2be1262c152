using Microsoft.AspNetCore.Components;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>One mark per phone, by shape and colour: accepted, refused, transient or unknown, not tried.</summary>
public sealed partial class DeviceDots
{
    private const int MostDots = 6;

    /// <summary>The outcome of each device as the queue records it: accepted, gone, transient, not_attempted, …</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Outcomes { get; set; }

    private string Summary
    {
        get
        {
            if (Outcomes.Count == 0) return "No phone registered";
            var counts = Outcomes.CountBy(outcome => outcome).Select(pair => $"{pair.Value} {pair.Key.Replace('_', ' ')}");
            return $"{CountWords.Of(Outcomes.Count, "phone")}: {string.Join(", ", counts)}";
        }
    }

    private static string Kind(string outcome) => outcome switch
    {
        "accepted" => "accepted",
        "gone" or "mismatch" or "rejected" or "platform_credentials" or "project_credentials" => "refused",
        "transient" or "unknown" => "unsure",
        _ => "untried",
    };
}
