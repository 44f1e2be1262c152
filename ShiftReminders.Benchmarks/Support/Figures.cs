using System.Globalization;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>Medians, percentiles, and how numbers are written.</summary>
internal static class Figures
{
    public static double Median(this IEnumerable<double> values) => values.Percentile(0.5);

    public static double Percentile(this IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Round((sorted.Length - 1) * share)];
    }

    public static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture) + " ×";

    public static string Milliseconds(double value) =>
        value.ToString(value < 10 ? "0.00" : "N0", CultureInfo.InvariantCulture) + " ms";

    public static string Microseconds(double value) => value.ToString("0", CultureInfo.InvariantCulture) + " µs";

    public static string Megabytes(double bytes) =>
        (bytes / 1_048_576).ToString("N1", CultureInfo.InvariantCulture) + " MB";
}
