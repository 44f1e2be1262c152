namespace ShiftReminders.Web.Access;

/// <summary>Why somebody is not, or no longer, signed in; travels in the address to the sign-in page.</summary>
public enum SignInProblem
{
    None,
    ProviderFailed,
    NoEmail,
    EmailUnverified,
    Disabled,
}

internal static class SignInProblemWords
{
    public static string? Sentence(this SignInProblem problem) => problem switch
    {
        SignInProblem.ProviderFailed => "Your organisation's sign-in did not succeed. Try again, or sign in with email and password.",
        SignInProblem.NoEmail => "Your organisation's sign-in did not tell an email address, which an account here needs. Tell your administrator.",
        SignInProblem.EmailUnverified =>
            "Your organisation's sign-in has not verified your email address, so it opens no account here. Verify the address there, or sign in with your password.",
        SignInProblem.Disabled => "Your account has been disabled. Ask an admin to enable it again.",
        _ => null,
    };
}
