namespace ShiftReminders.Web.Access.SecondFactor;

/// <summary>Whose sign-in with a password asks for a second factor, whether they want it or not.</summary>
public enum SecondFactorFor
{
    Nobody,
    Admins,
    Everybody,
}

/// <summary>What a sign-in with a password alone is worth.</summary>
internal enum SetUp
{
    NotNeeded,

    /// <summary>This once it opens everything.</summary>
    Grace,

    /// <summary>It opens nothing but the page that sets the second factor up.</summary>
    Must,
}

/// <summary>What an account has of a second factor.</summary>
public sealed record SecondFactorState
{
    public bool IsOn { get; init; }

    /// <summary>The account's roles need one.</summary>
    public bool IsNeeded { get; init; }

    public int CodesLeft { get; init; }

    /// <summary>The secret to type into an authenticator app; null when the factor is on.</summary>
    public string? Key { get; init; }

    /// <summary>The same for a QR code.</summary>
    public string? Address { get; init; }

    /// <summary>Leaves out the secret: states may end up in logs.</summary>
    public override string ToString() => $"on: {IsOn}";
}
