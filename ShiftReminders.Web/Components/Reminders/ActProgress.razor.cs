using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Live;
using ShiftReminders.Web.Reminders.Acting;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>What has come so far of one resend, followed live to its end.</summary>
public sealed partial class ActProgress : LivePage
{
    private FollowedAct? act;

    [Inject]
    public required FollowedActs Followed { get; set; }

    /// <summary>The act's line in the audit.</summary>
    [Parameter, EditorRequired]
    public required long Act { get; set; }

    /// <summary>When the viewer has seen enough of it; without it, the line stays.</summary>
    [Parameter]
    public EventCallback Closed { get; set; }

    protected override async Task ReadAsync(CancellationToken cancellationToken) => act = await Followed.ReadAsync(Act, cancellationToken);
}
