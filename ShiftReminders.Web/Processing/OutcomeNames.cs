using System.Collections.Frozen;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Web.Processing;

/// <summary>The words under which outcomes are on record.</summary>
internal static class OutcomeNames
{
    private static readonly FrozenDictionary<PushErrorCode, string> Codes =
        Enum.GetValues<PushErrorCode>().ToFrozenDictionary(code => code, code => code.ToString());

    public static string Of(PushOutcome outcome) => outcome switch
    {
        PushOutcome.Accepted => "accepted",
        PushOutcome.Gone => "gone",
        PushOutcome.Mismatch => "mismatch",
        PushOutcome.Rejected => "rejected",
        PushOutcome.Transient => "transient",
        PushOutcome.Unknown => "unknown",
        PushOutcome.PlatformCredentials => "platform_credentials",
        PushOutcome.ProjectCredentials => "project_credentials",
        // On record they are the same: nothing left this process, and no attempt is burnt.
        PushOutcome.Unreachable => "not_attempted",
        PushOutcome.NotAttempted => "not_attempted",
    };

    public static string Of(PushErrorCode code) => Codes[code];
}
