namespace ShiftReminders.Web.Access;

/// <summary>Why a session ended before its time.</summary>
public enum SessionEnd
{
    SignedOut,
    EndedByOwner,
    EndedByAdmin,
    SignedOutEverywhere,
    PasswordChanged,
    SecondFactorChanged,
    LinkMade,
    Disabled,
}

internal static class SessionEndWords
{
    /// <summary>As the database keeps it.</summary>
    public static string Word(this SessionEnd why) => why switch
    {
        SessionEnd.SignedOut => "signed_out",
        SessionEnd.EndedByOwner => "ended_by_owner",
        SessionEnd.EndedByAdmin => "ended_by_admin",
        SessionEnd.SignedOutEverywhere => "signed_out_everywhere",
        SessionEnd.PasswordChanged => "password_changed",
        SessionEnd.SecondFactorChanged => "second_factor_changed",
        SessionEnd.LinkMade => "link_made",
        SessionEnd.Disabled => "disabled",
    };
}
