using System.Globalization;

namespace ShiftReminders.Web.Cron;

/// <summary>One field of a schedule: the values at which it fires, as bits.</summary>
internal sealed class CronField
{
    public static readonly string[] Months =
        ["", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    public static readonly string[] Weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    private readonly List<string> parts = [];
    private ulong bits;

    private CronField()
    {
    }

    /// <summary>Written as <c>*</c>.</summary>
    public bool Any { get; private init; }

    /// <summary>Written as <c>*/n</c>.</summary>
    public int? Step { get; private set; }

    /// <summary>The one value, if it is one.</summary>
    public int? Single { get; private set; }

    public string Words => string.Join(", ", parts);

    public bool Has(int value) => (bits & (1UL << value)) != 0;

    /// <exception cref="FormatException">The text is no such field.</exception>
    public static CronField Read(string text, int least, int most, string[]? names = null)
    {
        var field = new CronField { Any = text == "*" };
        var parts = text.Split(',');
        foreach (var part in parts)
            field.Add(part, least, most, names, alone: parts.Length == 1);
        return field;
    }

    private void Add(string part, int least, int most, string[]? names, bool alone)
    {
        var halves = part.Split('/');
        var step = halves.Length == 1 ? 1 : Number(halves[1], 1, most, null);
        if (halves.Length > 2) throw new FormatException();
        var (first, last) = Range(halves[0], least, most, names);
        for (var value = first; value <= last; value += step) bits |= 1UL << value;
        if (alone && halves[0] == "*" && step > 1) Step = step;
        if (alone && first == last) Single = first;
        parts.Add(Say(first, last, step, halves[0] == "*", names));
    }

    private static (int First, int Last) Range(string text, int least, int most, string[]? names)
    {
        if (text == "*") return (least, most);
        var ends = text.Split('-');
        if (ends.Length > 2) throw new FormatException();
        var first = Number(ends[0], least, most, names);
        var last = ends.Length == 1 ? first : Number(ends[1], least, most, names);
        return last < first ? throw new FormatException() : (first, last);
    }

    private static int Number(string text, int least, int most, string[]? names)
    {
        var named = names is null || text.Length != 3 ? -1
            : Array.FindIndex(names, name => name.StartsWith(text, StringComparison.OrdinalIgnoreCase));
        if (named >= 0) return named;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException();
    }

    private static string Say(int first, int last, int step, bool whole, string[]? names)
    {
        string Name(int value) => names is null ? value.ToString(CultureInfo.InvariantCulture) : names[value];
        if (first == last) return Name(first);
        if (whole) return $"every {step}";
        return step == 1 ? $"{Name(first)} to {Name(last)}" : $"every {step} from {Name(first)} to {Name(last)}";
    }
}
