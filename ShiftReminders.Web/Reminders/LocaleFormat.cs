namespace ShiftReminders.Web.Reminders;

/// <summary>
/// How a locale writes times and dates in digits. A table of our own: the app runs without ICU, so a text is the same
/// on every machine.
/// </summary>
/// <param name="Time">A .NET format for the time of day.</param>
/// <param name="Date">A .NET format for the day.</param>
internal sealed record LocaleFormat(string Time, string Date)
{
    private const string TwelveHours = "h:mm tt";
    private const string TwentyFourHours = "HH:mm";

    private static readonly LocaleFormat Neutral = new(TwentyFourHours, "yyyy-MM-dd");

    private static readonly Dictionary<string, LocaleFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["en-US"] = new(TwelveHours, "M/d/yyyy"),
        ["en-CA"] = new(TwelveHours, "yyyy-MM-dd"),
        ["en-AU"] = new(TwelveHours, "d/MM/yyyy"),
        ["en-NZ"] = new(TwelveHours, "d/MM/yyyy"),
        ["en-IN"] = new(TwelveHours, "dd/MM/yyyy"),
        ["en-PH"] = new(TwelveHours, "M/d/yyyy"),
        ["en-GB"] = new(TwentyFourHours, "dd/MM/yyyy"),
        ["en-IE"] = new(TwentyFourHours, "dd/MM/yyyy"),
        ["hi"] = new(TwelveHours, "d/M/yyyy"),
        ["cs"] = new(TwentyFourHours, "d. M. yyyy"),
        ["da"] = new(TwentyFourHours, "dd.MM.yyyy"),
        ["de"] = new(TwentyFourHours, "dd.MM.yyyy"),
        ["es"] = new(TwentyFourHours, "d/M/yyyy"),
        ["fi"] = new("H.mm", "d.M.yyyy"),
        ["fr"] = new(TwentyFourHours, "dd/MM/yyyy"),
        ["it"] = new(TwentyFourHours, "dd/MM/yyyy"),
        ["nb"] = new(TwentyFourHours, "dd.MM.yyyy"),
        ["nl"] = new(TwentyFourHours, "dd-MM-yyyy"),
        ["pl"] = new(TwentyFourHours, "dd.MM.yyyy"),
        ["pt"] = new(TwentyFourHours, "dd/MM/yyyy"),
        ["ro"] = new(TwentyFourHours, "dd.MM.yyyy"),
        ["ru"] = new(TwentyFourHours, "dd.MM.yyyy"),
        ["tr"] = new(TwentyFourHours, "dd.MM.yyyy"),
        ["uk"] = new(TwentyFourHours, "dd.MM.yyyy"),
    };

    /// <summary>The format of a locale or, failing that, of its language; 24 hours and ISO dates for any other.</summary>
    public static LocaleFormat Of(string? locale)
    {
        if (locale is null) return Neutral;
        var name = locale.Replace('_', '-');
        return Formats.GetValueOrDefault(name)
            ?? Formats.GetValueOrDefault(name.Split('-')[0])
            ?? Neutral;
    }
}
