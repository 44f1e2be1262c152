using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.CommandLine;

/// <summary>Whether the keys of cookies and links lie encrypted in the database.</summary>
internal static class KeyFinding
{
    private const string Subject = "sign-in keys";
    private const string Remedy = "See DEPLOYMENT.md, \"Sign-in keys\".";

    // Only a key that no certificate covers shows its secret.
    private const string OpenSecret = "<masterKey";

    public static async Task<Finding> ReadAsync(IServiceProvider services, bool databaseAnswers, CancellationToken cancellationToken)
    {
        if (!services.GetRequiredService<IOptions<PortalOptions>>().Value.Enabled)
            return Finding.Good(Subject, "a processor alone needs none");
        if (services.GetRequiredService<IHostEnvironment>().IsDevelopment())
            return Finding.Good(Subject, "not looked at in Development");
        if (string.IsNullOrEmpty(services.GetRequiredService<IOptions<AccessOptions>>().Value.KeyCertificatePath))
            return Finding.Bad(Subject, "without Portal__KeyCertificatePath they lie readable in the database", Remedy);
        var open = databaseAnswers ? await CountOpenAsync(services, cancellationToken) : 0;
        return open == 0
            ? Finding.Good(Subject, "encrypted")
            : Finding.Bad(Subject, $"{open} from before Portal__KeyCertificatePath was set lie readable in the database", Remedy);
    }

    private static async Task<int> CountOpenAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var database = await services.GetRequiredService<IDbContextFactory<ShiftRemindersDb>>().CreateDbContextAsync(cancellationToken);
        return await database.DataProtectionKeys.CountAsync(key => key.Xml!.Contains(OpenSecret), cancellationToken);
    }
}
