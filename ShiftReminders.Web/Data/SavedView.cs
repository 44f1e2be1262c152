using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ShiftReminders.Web.Data;

/// <summary>A filter that somebody has named: the page's address with its query string.</summary>
public sealed class SavedView
{
    public required Guid AccountId { get; init; }

    /// <summary>The page it belongs to, such as <c>reminders</c>.</summary>
    public required string Page { get; init; }

    public required string Name { get; init; }

    /// <summary>A local address, from <c>/</c> on.</summary>
    public required string Url { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class SavedViewMapping : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> view)
    {
        view.ToTable("saved_views");
        view.HasKey(v => new { v.AccountId, v.Page, v.Name });
    }
}
