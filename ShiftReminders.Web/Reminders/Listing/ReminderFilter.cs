using ShiftReminders.Web.Reminders.Acting;

namespace ShiftReminders.Web.Reminders.Listing;

/// <summary>The four lists of the page Reminders.</summary>
public enum ReminderTab
{
    All,
    Pending,
    Failed,
    Sent,
}

/// <summary>Which reminders, as a person chose them. Everything in it comes from an address that anybody may have typed.</summary>
public sealed record ReminderFilter
{
    public ReminderTab Tab { get; init; }

    /// <summary>One of <see cref="ReminderStates.Choices"/>; only the list All is narrowed by it.</summary>
    public string? State { get; init; }

    /// <summary>The rule's <c>notify_type</c>.</summary>
    public string? Kind { get; init; }

    public Guid? Person { get; init; }

    public long? Shift { get; init; }

    /// <summary>The resend that the reminders were part of, by its line in the audit.</summary>
    public long? Act { get; init; }

    /// <summary>What came of them in <see cref="Act"/>; one of <see cref="ActOutcomes.All"/>.</summary>
    public string? Outcome { get; init; }

    /// <summary>A reason code.</summary>
    public string? Reason { get; init; }

    public DueRange Due { get; init; } = DueRange.Unset;

    /// <summary>Free text over names and errors; a number is a shift or a reminder, a notification id is taken apart.</summary>
    public string? Text { get; init; }

    /// <summary>The longest due first; otherwise the newest.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>True when a person, a shift or an act bounds the list, so that no range of time has to.</summary>
    public bool IsNarrow => Person is not null || Shift is not null || Act is not null;

    /// <summary>The range that holds: the chosen one, or the last seven days where nothing else bounds the list.</summary>
    public DueRange EffectiveDue => Due != DueRange.Unset ? Due : IsNarrow ? DueRange.Any : DueRange.Week;

    /// <summary>True when something narrows the list beyond its tab.</summary>
    public bool IsFiltered => this with { Tab = ReminderTab.All, OldestFirst = false } != new ReminderFilter();

    public ReminderFilter Cleared() => new() { Tab = Tab, OldestFirst = OldestFirst };
}

public static class ReminderStates
{
    /// <summary>Failed or expired: somebody was to be reminded and was not.</summary>
    public const string NotReminded = "not_reminded";

    /// <summary>Skipped or cancelled.</summary>
    public const string NotNeeded = "not_needed";

    public static IReadOnlyList<string> All { get; } = ["pending", "sending", "sent", "failed", "skipped", "expired", "cancelled"];

    /// <summary>What a filter may name: a state, or several that mean the same to people.</summary>
    public static IReadOnlyList<string> Choices { get; } = [.. All, NotReminded, NotNeeded];

    /// <summary>The states that a list shows.</summary>
    public static IReadOnlyList<string> Of(ReminderFilter filter) => filter switch
    {
        { Tab: ReminderTab.Pending } => ["pending", "sending"],
        { Tab: ReminderTab.Failed } => ["failed"],
        { Tab: ReminderTab.Sent } => ["sent"],
        { State: NotReminded } => ["failed", "expired"],
        { State: NotNeeded } => ["skipped", "cancelled"],
        { State: { } state } => [state],
        _ => [],
    };
}
