namespace ShiftReminders.Web.Access;

/// <summary>What became of a change to accounts.</summary>
public sealed record AccessResult
{
    public static AccessResult Done { get; } = new();

    /// <summary>Why nothing was changed, as a sentence; null when it was.</summary>
    public string? Problem { get; private init; }

    /// <summary>
    /// The address of the one-time link, when one was made. The secret is its part after #, which browsers send to no
    /// server, so that no log can hold it.
    /// </summary>
    public string? Link { get; private init; }

    public Guid? AccountId { get; private init; }

    /// <summary>The link or the present password was wrong: what a throttle counts as guessing.</summary>
    public bool WasGuess { get; private init; }

    /// <summary>New recovery codes, shown once.</summary>
    public IReadOnlyList<string> Codes { get; private init; } = [];

    public bool Succeeded => Problem is null;

    public static AccessResult Refused(string problem) => new() { Problem = problem };

    public static AccessResult Guess(string problem) => new() { Problem = problem, WasGuess = true };

    public static AccessResult WithCodes(IReadOnlyList<string> codes) => new() { Codes = codes };

    public static AccessResult WithLink(Guid accountId, string code) => new()
    {
        AccountId = accountId,
        Link = $"{AccessPaths.Invitation}?account={accountId}#{Uri.EscapeDataString(code)}",
    };

    /// <summary>Leaves out link and codes: results end up in logs.</summary>
    public override string ToString() => Problem ?? "Done";
}
