namespace ShiftReminders.Web.Access;

/// <summary>Whether somebody may do something now: a <see cref="Permit"/> or a <see cref="Refusal"/>.</summary>
public abstract record ActDecision
{
    private protected ActDecision()
    {
    }
}

/// <summary>
/// Proof that the database said yes a moment ago. What acts asks for one instead of for a name, so that no handler
/// can forget to check. Only <see cref="Acts"/> makes them.
/// </summary>
public sealed record Permit : ActDecision
{
    internal Permit(Act act, Standing standing, string clientAddress, TimeSpan? proofLasts) =>
        (Act, SessionId, AccountId, Actor, ClientAddress, ProofLasts) =
        (act, standing.SessionId, standing.AccountId, standing.Name, clientAddress, proofLasts);

    public Act Act { get; }

    /// <summary>In which it was asked; the act holds it, see <see cref="ActTransactions"/>.</summary>
    public Guid SessionId { get; }

    public Guid AccountId { get; }

    /// <summary>The name that the audit keeps.</summary>
    public string Actor { get; }

    /// <summary>Where that person is, for the log.</summary>
    public string ClientAddress { get; }

    /// <summary>How old the person's last proof of who they are may be when the act is done; null: however old.</summary>
    public TimeSpan? ProofLasts { get; }

    /// <summary>Throws unless this permit is for <paramref name="act"/>: a programming error, never a person's.</summary>
    public void MustBeFor(Act act)
    {
        if (Act != act)
            throw new InvalidOperationException($"A permit to {ActRules.Words(Act)} was used to {ActRules.Words(act)}.");
    }
}

/// <param name="Sentence">What was refused, why, and what to do.</param>
public sealed record Refusal(string Sentence) : ActDecision
{
    /// <summary>They may, once they have shown again who they are, see <see cref="Proofs"/>.</summary>
    public bool AsksForProof { get; init; }
}
