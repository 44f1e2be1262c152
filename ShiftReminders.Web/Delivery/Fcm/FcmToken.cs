namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>Tells what FCM can never have issued: a damaged token costs no request, and spoils none.</summary>
internal static class FcmToken
{
    /// <summary>Real ones are some 160 characters; FCM's own payload limit leaves no room for more than this.</summary>
    private const int MaxLength = 4096;

    public static string? Fault(string token)
    {
        if (token.Length == 0)
            return "The device's token is empty.";
        if (token.Length > MaxLength)
            return $"The device's token is {token.Length:N0} characters long; FCM issues none beyond {MaxLength:N0}.";
        return token.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? "The device's token holds characters that FCM never issues (blank, control or non-ASCII)."
            : null;
    }
}
