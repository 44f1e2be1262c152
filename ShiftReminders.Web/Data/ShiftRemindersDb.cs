using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace ShiftReminders.Web.Data;

/// <summary>
/// What pages and sign-in read and write. The SQL migrations own the schema; nothing is created from this model, and a
/// test holds the two against each other. The queue's hot path does not pass here.
/// </summary>
public sealed class ShiftRemindersDb(DbContextOptions<ShiftRemindersDb> options)
    : IdentityDbContext<Account, IdentityRole<Guid>, Guid>(options), IDataProtectionKeyContext
{
    public const string Schema = "shift_reminders";

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    public DbSet<SavedView> SavedViews => Set<SavedView>();

    /// <summary>The sessions that open something at this moment.</summary>
    public IQueryable<Session> LiveSessions =>
        Set<Session>().FromSql($"SELECT * FROM shift_reminders.live_sessions()").AsNoTracking();

    /// <summary>A text as every search compares it, whatever its case and accents. For queries: the database does it.</summary>
    [DbFunction("fold", Schema)]
    public static string Fold(string text) => throw new NotSupportedException("Texts are folded by the database.");

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDefaultSchema(Schema);
        builder.ApplyConfigurationsFromAssembly(typeof(ShiftRemindersDb).Assembly);
        builder.Entity<DataProtectionKey>().ToTable("data_protection_keys");
        // Identity names its tables explicitly, which the snake-case convention leaves alone.
        builder.Entity<Account>(account =>
        {
            account.ToTable("accounts");
            account.Property(a => a.UserName).IsRequired();
            account.Property(a => a.NormalizedUserName).IsRequired();
            account.Property(a => a.Email).IsRequired();
            account.Property(a => a.NormalizedEmail).IsRequired();
            account.Property(a => a.SecurityStamp).IsRequired();
        });
        builder.Entity<IdentityRole<Guid>>(role =>
        {
            role.ToTable("roles");
            role.Property(r => r.Name).IsRequired();
            role.Property(r => r.NormalizedName).IsRequired();
        });
        builder.Entity<IdentityUserRole<Guid>>().ToTable("account_roles");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("account_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("account_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("account_tokens");
        // Identity maps these only where its options are at hand, which they are not for every context.
        builder.Entity<IdentityUserPasskey<Guid>>(passkey =>
        {
            passkey.ToTable("account_passkeys");
            passkey.HasKey(p => p.CredentialId);
            passkey.OwnsOne(p => p.Data).ToJson("data");
        });
        builder.Entity<IdentityRoleClaim<Guid>>().ToTable("role_claims");
    }
}
