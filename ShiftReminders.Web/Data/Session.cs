using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ShiftReminders.Web.Data;

/// <summary>Somebody signed in with one browser. Only functions of the database write it.</summary>
public sealed class Session
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastUsedAt { get; init; }

    /// <summary>When its person last proved who they are.</summary>
    public DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>However much it is used.</summary>
    public DateTimeOffset EndsAt { get; init; }

    /// <summary>Such as <c>Firefox on Windows</c>.</summary>
    public required string Browser { get; init; }

    public string? Address { get; init; }
}

internal sealed class SessionMapping : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> session) => session.ToTable("sessions");
}
