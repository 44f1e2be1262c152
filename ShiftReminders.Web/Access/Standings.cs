using System.Security.Claims;

namespace ShiftReminders.Web.Access;

/// <summary>What the database says about a session and its account at this moment.</summary>
public sealed record Standing
{
    public required Guid SessionId { get; init; }

    public required Guid AccountId { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>How long ago the person last proved who they are, by the database's clock.</summary>
    public required TimeSpan ProvedAgo { get; init; }

    /// <summary>How long ago the person last did something.</summary>
    public required TimeSpan UnusedFor { get; init; }
}

public sealed class Standings(Sessions sessions)
{
    /// <summary>Null when the person is not signed in, or their session has ended, in whatever way.</summary>
    public async Task<Standing?> FindAsync(ClaimsPrincipal person, CancellationToken cancellationToken) =>
        person.Session() is { } session ? await sessions.FindAsync(session, cancellationToken) : null;
}
