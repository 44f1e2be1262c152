using Microsoft.AspNetCore.Identity;

namespace ShiftReminders.Web.Data;

/// <summary>Somebody who may sign in to the portal. Never deleted, so that the audit keeps its names: disabled.</summary>
public sealed class Account : IdentityUser<Guid>
{
    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? DisabledAt { get; set; }

    public DateTimeOffset? LastSignInAt { get; set; }
}
