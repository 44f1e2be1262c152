using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Access;

/// <summary>Makes the first admin from settings when there is no account at all; later starts change nothing.</summary>
internal sealed class BootstrapAdminStartup(
    Accounts accounts, IOptions<AccessOptions> options, ILogger<BootstrapAdminStartup> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.BootstrapAdmin is not { Email: { Length: > 0 } email, Password: { Length: > 0 } password }) return;
        var result = await accounts.CreateFirstAdminAsync(email, password, cancellationToken);
        if (result.Succeeded)
            logger.LogInformation("Made the first admin, as Portal__BootstrapAdmin asks");
        else
            logger.LogInformation("Portal__BootstrapAdmin is not used: {Reason}", result.Problem);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
