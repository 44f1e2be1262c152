using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Rules;

namespace ShiftReminders.Web.Components.Rules;

/// <summary>What is asked before a rule is saved, removed or left.</summary>
internal static class RuleQuestions
{
    public static Confirmation Save(RuleDraft draft, RenderFragment changes) => new()
    {
        Title = draft.IsNew ? $"Make the rule {draft.NotifyType}?" : $"Save the rule {draft.NotifyType}?",
        Act = draft.IsNew ? "Make rule" : "Save rule",
        Scope = changes,
    };

    public static Confirmation Remove(RuleDraft draft) => new()
    {
        Title = $"Remove the rule {draft.NotifyType}?",
        Act = "Remove rule",
        Scope = builder => builder.AddContent(0, "Nobody is reminded by it any more. Reminders that wait by it are cancelled; those already sent stay in the history. To stop it for a while, switch it off instead."),
        Type = draft.NotifyType,
        Dangerous = true,
    };

    public static string Loss(RuleDraft draft) => draft.IsNew
        ? "The new rule is not made yet: what you have written would be lost."
        : $"Your changes to the rule {draft.NotifyType} are not saved: they would be lost.";
}
