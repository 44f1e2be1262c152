namespace ShiftReminders.Benchmarks.Paint;

/// <param name="FirstPaint">From the navigation's start to the first contentful paint, as the browser tells it; milliseconds.</param>
/// <param name="Ready">Until the page shows its data and its circuit is connected.</param>
internal readonly record struct PageLoad(double FirstPaint, double Ready);
