using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>
/// Makes the first admin from settings when there is no account at all; later starts change nothing. A database that is away
/// does not end the start: then it is tried again behind it.
/// </summary>
internal sealed class BootstrapAdminStartup(
    Accounts accounts, IOptions<AccessOptions> options, TimeProvider clock, ILogger<BootstrapAdminStartup> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private bool saidAway;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.BootstrapAdmin is not { Email: { Length: > 0 } email, Password: { Length: > 0 } password }) return;
        if (!await TryAsync(email, password, cancellationToken)) await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var admin = options.Value.BootstrapAdmin!;
        do await Task.Delay(Pause, clock, stoppingToken);
        while (!await TryAsync(admin.Email!, admin.Password!, stoppingToken));
    }

    private async Task<bool> TryAsync(string email, string password, CancellationToken cancellationToken)
    {
        try
        {
            var result = await accounts.CreateFirstAdminAsync(email, password, cancellationToken);
            if (result.Succeeded)
                logger.LogInformation("Made the first admin, as Portal__BootstrapAdmin asks");
            else
                logger.LogInformation("Portal__BootstrapAdmin is not used: {Reason}", result.Problem);
            return true;
        }
        catch (Exception exception) when (exception.IsDatabaseTrouble())
        {
            if (!saidAway) logger.LogWarning("The first admin cannot be made yet, and is tried again: {Problem}", exception.GetBaseException().Message);
            saidAway = true;
            return false;
        }
    }
}
