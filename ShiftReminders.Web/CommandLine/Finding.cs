namespace ShiftReminders.Web.CommandLine;

/// <summary>One line of <c>check</c>.</summary>
internal sealed record Finding
{
    public required string Subject { get; init; }

    public required bool Ok { get; init; }

    public required string Found { get; init; }

    public required string? Remedy { get; init; }

    /// <summary>Whether it works, but not as it should in production.</summary>
    public bool IsWarning { get; init; }

    public string Line => this switch
    {
        { IsWarning: true } => $"warn  {Subject}: {Found}. {Remedy}",
        { Ok: true } => $"ok    {Subject}: {Found}",
        _ => $"FAIL  {Subject}: {Found}. {Remedy}",
    };

    public static Finding Good(string subject, string found) => new() { Subject = subject, Ok = true, Found = found, Remedy = null };

    public static Finding Bad(string subject, string found, string remedy) =>
        new() { Subject = subject, Ok = false, Found = found.TrimEnd('.'), Remedy = remedy };

    public static Finding Warning(string subject, string found, string remedy) =>
        new() { Subject = subject, Ok = true, Found = found, Remedy = remedy, IsWarning = true };
}
