using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ShiftReminders.Web.Data;

/// <summary>One line of the audit. Written only by functions of the database, in the transaction of the act itself.</summary>
public sealed class AuditEntry
{
    public long Id { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Actor { get; init; }

    public required string Act { get; init; }

    public required string Subject { get; init; }

    public string? Why { get; init; }

    /// <summary>JSON.</summary>
    public string? Before { get; init; }

    /// <summary>JSON.</summary>
    public string? After { get; init; }

    /// <summary>The line of the act that this one is part of; null: it is a whole act.</summary>
    public long? PartOf { get; init; }

    /// <summary>The reminder that was resent.</summary>
    public long? ReminderId { get; init; }

    /// <summary>The generation that the resend began.</summary>
    public int? Generation { get; init; }
}

internal sealed class AuditEntryMapping : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> entry)
    {
        entry.ToTable("audit");
        entry.Property(e => e.Before).HasColumnType("jsonb");
        entry.Property(e => e.After).HasColumnType("jsonb");
    }
}
