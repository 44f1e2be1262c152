using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>The keys that protect cookies and links, shared by all portals through the database.</summary>
internal static class SignInKeys
{
    private const string ApplicationName = "shift-reminders";

    public static void AddSignInKeys(this WebApplicationBuilder builder)
    {
        var keys = builder.Services.AddDataProtection().SetApplicationName(ApplicationName).PersistKeysToDbContext<ShiftRemindersDb>();
        // Which certificate there is decides what is registered, before options can be asked for.
        var settings = new AccessOptions();
        var section = builder.Configuration.GetSection(AccessOptions.Section);
        settings.KeyCertificatePath = section[nameof(AccessOptions.KeyCertificatePath)];
        settings.KeyCertificatePassword = section[nameof(AccessOptions.KeyCertificatePassword)];
        settings.FormerKeyCertificates = section[nameof(AccessOptions.FormerKeyCertificates)] ?? "";
        if (KeyCertificates.Present(settings) is not { } present) return;
        keys.ProtectKeysWithCertificate(present).UnprotectKeysWithAnyCertificate([present, .. KeyCertificates.Former(settings)]);
    }

    /// <summary>A processor alone signs nobody in: at its start it would read the keys, or make the first one without a certificate.</summary>
    public static void LeaveSignInKeysToPortals(this WebApplicationBuilder builder)
    {
        if (!string.Equals(builder.Configuration[$"{AccessOptions.Section}:Enabled"], bool.FalseString, StringComparison.OrdinalIgnoreCase)) return;
        var reading = builder.Services
            .Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(KeyManagementOptions).Assembly)
            .ToList();
        foreach (var service in reading) builder.Services.Remove(service);
    }
}
