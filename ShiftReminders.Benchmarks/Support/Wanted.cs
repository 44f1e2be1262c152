using System.Globalization;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>What the command line asks for.</summary>
/// <param name="Benchmarks">Their names, in order.</param>
/// <param name="Size">Rows, reminders or shifts; null: each benchmark's own default.</param>
/// <param name="Rounds">How often each measurement is repeated; the table holds medians.</param>
public sealed record Wanted(IReadOnlyList<string> Benchmarks, int? Size, int Rounds)
{
    private static readonly string[] Known =
        ["drain", "peers", "replicas", "enqueue", "claim", "pages", "paint", "circuits", "purge", "lateness", "start", "functions"];

    /// <returns>Null when the command line cannot be read.</returns>
    public static Wanted? Parse(string[] args)
    {
        var wanted = new Wanted(Known, Size: null, Rounds: 3);
        for (var at = 0; at < args.Length; at++)
        {
            if (at == 0 && args[0] == "all") continue;
            if (at == 0 && Known.Contains(args[0])) wanted = wanted with { Benchmarks = [args[0]] };
            else if (Number(args, at) is not { } number) return null;
            else if (args[at++] == "--size") wanted = wanted with { Size = number };
            else wanted = wanted with { Rounds = number };
        }
        return wanted;
    }

    private static int? Number(string[] args, int at) =>
        args[at] is "--size" or "--rounds" && at + 1 < args.Length
        && int.TryParse(args[at + 1], CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : null;
}
