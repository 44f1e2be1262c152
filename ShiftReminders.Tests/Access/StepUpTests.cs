using System.Net;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.Access;

/// <summary>Acts that give access, by somebody who showed a while ago who they are.</summary>
public sealed class StepUpTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly TimeSpan TooLong = new AccessOptions().ProofLasts + TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Proofs Proofs => portal.App.Services.GetRequiredService<Proofs>();

    [Fact]
    public async Task Old_proof_is_enough_for_every_act_but_those_that_give_access()
    {
        var person = await SomebodyAsync("old-proof@example.test", TooLong);

        foreach (var act in Enum.GetValues<Act>().Except([Act.ManageAccess]))
            Assert.IsType<Permit>(await AskAsync(person, act));

        var refusal = Assert.IsType<Refusal>(await AskAsync(person, Act.ManageAccess));
        Assert.True(refusal.AsksForProof);
    }

    [Fact]
    public async Task Password_is_a_new_proof_and_a_wrong_one_is_none()
    {
        var person = await SomebodyAsync("proves@example.test", TooLong);
        Assert.Equal(ProofKind.Password, await Proofs.KindAsync(person, Token));

        Assert.Equal("The password is wrong.", (await Proofs.ProveAsync(person, "not the password", Token)).Problem);
        Assert.IsType<Refusal>(await AskAsync(person, Act.ManageAccess));
        Assert.Null((await Proofs.ProveAsync(person, PortalApp.Password, Token)).Problem);

        Assert.IsType<Permit>(await AskAsync(person, Act.ManageAccess));
    }

    [Fact]
    public async Task Whoever_has_a_second_factor_has_to_show_that()
    {
        var person = await SomebodyAsync("factor@example.test", TooLong);
        await portal.Database.OwnerDataSource.ExecuteAsync("UPDATE shift_reminders.accounts SET two_factor_enabled = true WHERE email = 'factor@example.test'");

        Assert.Equal(ProofKind.Code, await Proofs.KindAsync(person, Token));
        Assert.Equal("The code is wrong, or was used before.", (await Proofs.ProveAsync(person, PortalApp.Password, Token)).Problem);
    }

    [Fact]
    public async Task Whoever_has_no_password_signs_in_again_with_the_provider()
    {
        var person = await SomebodyAsync("outside@example.test", TooLong);
        await portal.Database.OwnerDataSource.ExecuteAsync("UPDATE shift_reminders.accounts SET password_hash = NULL WHERE email = 'outside@example.test'");

        Assert.Equal(ProofKind.OpenId, await Proofs.KindAsync(person, Token));
        Assert.NotNull((await Proofs.ProveAsync(person, "", Token)).Problem);
    }

    [Fact]
    public async Task Guesser_at_an_open_page_has_to_wait()
    {
        var person = await SomebodyAsync("left-open@example.test", TooLong);
        for (var guess = 0; guess < new AccessOptions().FreeSignInFailures; guess++) await Proofs.ProveAsync(person, $"guess {guess}", Token);

        var answer = await Proofs.ProveAsync(person, PortalApp.Password, Token);

        Assert.True(answer.Wait > TimeSpan.Zero);
        Assert.IsType<Refusal>(await AskAsync(person, Act.ManageAccess));
    }

    [Fact]
    public async Task Proof_that_has_grown_too_old_since_the_act_was_permitted_stops_the_act_itself()
    {
        var person = await SomebodyAsync("slow@example.test", TimeSpan.Zero);
        var permit = Assert.IsType<Permit>(await AskAsync(person, Act.ManageAccess));
        await AgeAsync(person, TooLong);

        var result = await portal.App.Services.GetRequiredService<Accounts>().InviteAsync(permit, "crony@example.test", [Roles.Admin], "why", Token);

        Assert.Equal("You have not shown lately who you are, so nothing was done. Try again, and confirm that it is you.", result.Problem);
        Assert.Equal(0L, await portal.Database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.accounts WHERE email = 'crony@example.test'"));
    }

    [Fact]
    public async Task Page_asks_for_the_password_when_the_proof_is_old_and_then_makes_the_link()
    {
        var id = await portal.App.AccountAsync("inviter@example.test", Roles.Admin);
        await using var browser = await Browser.OpenAsync(portal.App, "inviter@example.test");
        await browser.GoToAsync("/access");
        await portal.Database.OwnerDataSource.ExecuteAsync(
            "UPDATE shift_reminders.sessions SET authenticated_at = authenticated_at - $2 WHERE account_id = $1", id, TooLong);

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Invite somebody" }).ClickAsync();
        await browser.Page.GetByLabel("Email", new() { Exact = true }).FillAsync("newcomer@example.test");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        var question = browser.Page.GetByRole(AriaRole.Dialog, new() { Name = "Is it you?" });
        await question.GetByLabel("Password").FillAsync("a wrong one, first");
        await browser.Page.Keyboard.PressAsync("Enter");
        await Expect(question.GetByText("The password is wrong.")).ToBeVisibleAsync();
        await question.GetByLabel("Password").FillAsync(PortalApp.Password);
        await question.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();

        await Expect(browser.Page.GetByText("/invitation?account=")).ToBeVisibleAsync();
        Assert.Empty(browser.Complaints);
    }

    [Theory]
    [InlineData("/account/second-factor", "switch-on")]
    [InlineData("/account/passkeys", "add")]
    public async Task Page_that_changes_how_somebody_signs_in_asks_again_and_does_nothing_before(string path, string form)
    {
        var email = $"{form}@example.test";
        var id = await portal.App.AccountAsync(email, Roles.Supervisor);
        using var client = new PortalClient(portal.App.Address);
        (await client.SignInAsync(email, PortalApp.Password)).Dispose();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, path));
        await portal.Database.OwnerDataSource.ExecuteAsync(
            "UPDATE shift_reminders.sessions SET authenticated_at = authenticated_at - $2 WHERE account_id = $1", id, TooLong);

        using var shown = await client.GetAsync(path);
        using var done = await client.PostFormAsync("/account", target: path, ("_handler", form), ("Input.Code", "123456"));
        var proof = $"/account/proof?returnUrl={Uri.EscapeDataString(path)}";
        Assert.All([shown, done], answer => Assert.Equal(proof, answer.Headers.Location?.PathAndQuery));
        using var wrong = await client.PostFormAsync(proof, target: null, ("_handler", "proof"), ("Input.Secret", "not the password"));
        Assert.Contains("The password is wrong.", await wrong.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(client, path));
        using var right = await client.PostFormAsync(proof, target: null, ("_handler", "proof"), ("Input.Secret", PortalApp.Password));

        Assert.Equal(path, right.Headers.Location?.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, path));
    }

    private static async Task<HttpStatusCode> StatusAsync(PortalClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }

    private async Task<ClaimsPrincipal> SomebodyAsync(string email, TimeSpan provedAgo)
    {
        var person = await portal.App.PrincipalAsync(await portal.App.AccountAsync(email, [.. Roles.All]));
        await AgeAsync(person, provedAgo);
        return person;
    }

    private Task<int> AgeAsync(ClaimsPrincipal person, TimeSpan by) => portal.Database.OwnerDataSource.ExecuteAsync(
        "UPDATE shift_reminders.sessions SET authenticated_at = authenticated_at - $2 WHERE id = $1", person.Session()!.Value.Id, by);

    private async Task<ActDecision> AskAsync(ClaimsPrincipal person, Act act)
    {
        await using var scope = portal.App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Acts>().AskAsync(person, act, Token);
    }
}
