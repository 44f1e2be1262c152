using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Reminders.Board;

namespace ShiftReminders.Web.Components.Now;

/// <summary>One bar for each of the last 24 hours, and the same as a table.</summary>
public sealed partial class DayChart
{
    private const int Width = 560;
    private const int Height = 130;
    private const double Gap = 3;
    private const int MarkEvery = 6;

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    [Parameter, EditorRequired]
    public required IReadOnlyList<BoardHour> Hours { get; set; }

    private long Most => Math.Max(2, Hours.Count == 0 ? 0 : Hours.Max(Total));

    private string Summary => $"Reminders per hour: {Hours.Sum(hour => hour.Sent):N0} sent, {Hours.Sum(hour => hour.Failed):N0} failed or expired, "
        + $"{Hours.Sum(hour => hour.Other):N0} skipped or cancelled.";

    private IEnumerable<Bar> Bars => Hours.Select((hour, index) =>
    {
        var step = (double)Width / Hours.Count;
        var parts = new List<Part>();
        double top = Height;
        foreach (var (count, look) in new[] { (hour.Sent, "chart-sent"), (hour.Failed, "chart-failed"), (hour.Other, "chart-other") })
        {
            if (count == 0) continue;
            // One failure among thousands must still be seen.
            var high = Math.Max(2, (double)count / Most * (Height - 14));
            top -= high;
            parts.Add(new Part(look, Text(Math.Max(0, top)), Text(high)));
        }
        return new Bar(Text(index * step), Text(step), Text((index * step) + (Gap / 2)), Text(step - Gap), TitleOf(hour), parts);
    });

    private IEnumerable<Mark> Marks => Hours.Select((hour, index) => (hour, index))
        .Where(pair => pair.index % MarkEvery == 0 || pair.index == Hours.Count - 1)
        .Select(pair => pair.index == Hours.Count - 1
            ? new Mark(Text(Width), "end", "now")
            : new Mark(Text((double)pair.index * Width / Hours.Count), "start", Clock(pair.hour)));

    // By hand, because Razor takes SVG's element "text" for its own.
    private static RenderFragment Label(string x, string y, string anchor, string content) => builder =>
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "class", "chart-text");
        builder.AddAttribute(2, "x", x);
        builder.AddAttribute(3, "y", y);
        builder.AddAttribute(4, "text-anchor", anchor);
        builder.AddContent(5, content);
        builder.CloseElement();
    };

    private static long Total(BoardHour hour) => hour.Sent + hour.Failed + hour.Other;

    private static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Y(double share, int shift = 0) => Text(Height - (share * (Height - 14)) + shift);

    private string Count(double share) => (Most * share).ToString("N0", CultureInfo.InvariantCulture);

    private string Clock(BoardHour hour) => TimeZoneInfo.ConvertTime(hour.From, Clocks.Site).ToString("HH:mm", CultureInfo.InvariantCulture);

    private string TitleOf(BoardHour hour) => $"{Clock(hour)}: {hour.Sent:N0} sent, {hour.Failed:N0} failed or expired, {hour.Other:N0} skipped or cancelled";

    private sealed record Bar(string X, string Step, string Left, string Wide, string Title, IReadOnlyList<Part> Parts);

    private sealed record Part(string Class, string Y, string High);

    private sealed record Mark(string X, string Anchor, string Text);
}
