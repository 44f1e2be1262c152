using System.Collections.Frozen;
using System.Text.Json;

namespace ShiftReminders.Web.Delivery.Sandbox;

/// <summary>The outcomes as the sandbox's tables spell them: <c>platform_credentials</c>.</summary>
public static class SandboxOutcome
{
    private static readonly FrozenDictionary<string, PushOutcome> ByName =
        Enum.GetValues<PushOutcome>().ToFrozenDictionary(NameOf);

    public static string NameOf(PushOutcome outcome) => JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString());

    public static PushOutcome Parse(string name) => ByName[name];
}
