using System.Globalization;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>A number with its noun: "1 shift", "3,100 shifts".</summary>
public static class CountWords
{
    /// <param name="count">How many.</param>
    /// <param name="one">The noun for one.</param>
    /// <param name="many">The noun for any other number, where it takes more than an s.</param>
    public static string Of(long count, string one, string? many = null) =>
        count.ToString("N0", CultureInfo.InvariantCulture) + " " + (count == 1 ? one : many ?? one + "s");
}
