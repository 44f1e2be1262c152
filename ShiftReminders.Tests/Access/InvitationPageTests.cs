using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>The page on which somebody who was invited chooses a password, as the server draws it.</summary>
public sealed class InvitationPageTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string PasswordField = "name=\"Input.Password\"";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Link_that_was_used_says_so_and_asks_for_no_password_again()
    {
        var (account, code) = await InviteAsync("used-twice@example.test");

        var first = await UseAsync(account, code, PortalApp.Password);
        var second = await UseAsync(account, code, "some other five words");

        Assert.Contains("Your password is set", first, StringComparison.Ordinal);
        Assert.Contains("This link does not work any more", second, StringComparison.Ordinal);
        Assert.DoesNotContain(PasswordField, second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_that_will_not_do_can_be_chosen_again()
    {
        var (account, code) = await InviteAsync("weak-first@example.test");

        Assert.Contains(PasswordField, await UseAsync(account, code, "aaaaaaaaaaaa"), StringComparison.Ordinal);
        Assert.Contains("Your password is set", await UseAsync(account, code, PortalApp.Password), StringComparison.Ordinal);
    }

    private async Task<(Guid Account, string Code)> InviteAsync(string email)
    {
        var invited = await portal.App.Services.GetRequiredService<Accounts>().InviteAsync(
            await portal.App.PermitAsync(portal.AdminId, Act.ManageAccess), email, [Roles.Supervisor], "test", Token);
        return (invited.AccountId!.Value, Uri.UnescapeDataString(invited.Link!.Split('#')[1]));
    }

    private async Task<string> UseAsync(Guid account, string code, string password)
    {
        using var client = new PortalClient(portal.App.Address);
        using var answer = await client.PostFormAsync(
            string.Create(CultureInfo.InvariantCulture, $"/invitation?account={account}"), target: null,
            ("_handler", "invitation"), ("Input.Code", code), ("Input.Password", password), ("Input.Again", password));
        return await answer.Content.ReadAsStringAsync(Token);
    }
}
