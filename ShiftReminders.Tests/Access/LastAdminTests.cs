using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>Somebody who can manage access always remains.</summary>
public sealed class LastAdminTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_admins_who_remove_each_other_at_once_leave_one_who_cannot_be_removed()
    {
        await using var app = await PortalApp.StartAsync(database);
        var accounts = app.Services.GetRequiredService<Accounts>();
        var (anna, ben) = (await app.AccountAsync("anna@example.test", Roles.Admin), await app.AccountAsync("ben@example.test", Roles.Admin));
        var (annas, bens) = (await app.PermitAsync(anna, Act.ManageAccess), await app.PermitAsync(ben, Act.ManageAccess));

        var results = await Task.WhenAll(
            accounts.DisableAsync(annas, ben, "in a quarrel", Token),
            accounts.ChangeRolesAsync(bens, anna, [Roles.Supervisor], "in a quarrel", Token));

        var refused = Assert.Single(results, result => !result.Succeeded);
        // Who was disabled first has no sign-in any more, and who was demoted first has no right.
        Assert.Contains(results[0].Succeeded ? "sign-in has ended" : "roles have changed", refused.Problem, StringComparison.Ordinal);
        var (last, permit) = results[0].Succeeded ? (anna, annas) : (ben, bens);
        var disabled = await accounts.DisableAsync(permit, last, "alone", Token);
        var demoted = await accounts.ChangeRolesAsync(permit, last, [Roles.Supervisor], "alone", Token);
        Assert.All([disabled, demoted], result => Assert.Contains("only admin", result.Problem, StringComparison.Ordinal));
    }
}
