using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>Changes to accounts on a real database: links, roles, the last admin, and their audit.</summary>
public sealed class AccountsTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Accounts Accounts => portal.App.Services.GetRequiredService<Accounts>();

    [Fact]
    public async Task Invitation_link_sets_a_password_once()
    {
        var (id, code) = await InviteAsync("new@example.test", Roles.Supervisor);

        Assert.True((await Accounts.AcceptInvitationAsync(id, code, PortalApp.Password, signedInAs: null, Token)).Succeeded);
        var again = await Accounts.AcceptInvitationAsync(id, code, "another few words", signedInAs: null, Token);

        Assert.Contains("does not work any more", again.Problem, StringComparison.Ordinal);
        await AssertSignsInAsync("new@example.test");
    }

    [Theory]
    [InlineData(PortalFixture.Admin, PortalFixture.Admin)]
    [InlineData(null, "whoever held the link")]
    public async Task Link_is_on_record_under_the_name_of_who_is_known_to_have_used_it(string? signedInAs, string actor)
    {
        var email = $"owner-{signedInAs is null}@example.test";
        var (id, code) = await InviteAsync(email, Roles.Supervisor);
        using var client = new PortalClient(portal.App.Address);
        if (signedInAs is not null) (await client.SignInAsync(signedInAs, PortalApp.Password)).Dispose();

        (await client.PostFormAsync($"/invitation?account={id}", target: null, ("_handler", "invitation"),
            ("Input.Code", code), ("Input.Password", PortalApp.Password), ("Input.Again", PortalApp.Password))).Dispose();

        Assert.Equal(actor, await portal.Database.OwnerDataSource.ScalarAsync<string>(
            "SELECT actor FROM shift_reminders.audit WHERE act = 'set a password by link' AND subject = $1", $"account {email}"));
    }

    [Fact]
    public async Task Invitation_link_used_by_two_at_once_works_for_one()
    {
        var (id, code) = await InviteAsync("raced@example.test", Roles.Supervisor);

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(n =>
            Accounts.AcceptInvitationAsync(id, code, $"{PortalApp.Password} {n}", signedInAs: null, Token)));

        Assert.Single(results, result => result.Succeeded);
    }

    [Fact]
    public async Task New_link_replaces_the_one_before()
    {
        var (id, first) = await InviteAsync("twice@example.test", Roles.Supervisor);

        var second = await Accounts.NewLinkAsync(await PermitAsync(), id, "the mail was lost", Token);

        Assert.False((await Accounts.AcceptInvitationAsync(id, first, PortalApp.Password, signedInAs: null, Token)).Succeeded);
        Assert.True((await Accounts.AcceptInvitationAsync(id, CodeIn(second.Link!), PortalApp.Password, signedInAs: null, Token)).Succeeded);
    }

    [Fact]
    public async Task Invitation_link_of_a_disabled_account_is_dead()
    {
        var (id, code) = await InviteAsync("withdrawn@example.test", Roles.Supervisor);
        await Accounts.DisableAsync(await PermitAsync(), id, "changed their mind", Token);

        Assert.False((await Accounts.AcceptInvitationAsync(id, code, PortalApp.Password, signedInAs: null, Token)).Succeeded);
    }

    [Fact]
    public async Task Account_is_disabled_although_somebody_guesses_at_its_password_in_the_same_moment()
    {
        var id = await portal.App.AccountAsync("guessed-at@example.test", Roles.Admin);
        await using var signIn = await portal.Database.OwnerDataSource.OpenConnectionAsync(Token);
        await using var guess = await signIn.BeginTransactionAsync(Token);
        await using var count = new NpgsqlCommand(
            "UPDATE shift_reminders.accounts SET access_failed_count = 1, concurrency_stamp = 'of the guess' WHERE id = $1", signIn, guess)
        {
            Parameters = { new() { Value = id } },
        };
        await count.ExecuteNonQueryAsync(Token);

        var disabling = Accounts.DisableAsync(await PermitAsync(), id, "left", Token);
        await Eventually.TrueAsync("the change waits for the guess", TimeSpan.FromSeconds(30), async () => await portal.Database.OwnerDataSource
            .ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple'))"));
        await guess.CommitAsync(Token);

        Assert.True((await disabling).Succeeded);
        Assert.True(await portal.Database.OwnerDataSource.ScalarAsync<bool>(
            "SELECT disabled_at IS NOT NULL AND access_failed_count = 1 FROM shift_reminders.accounts WHERE id = $1", id));
    }

    [Theory]
    [InlineData("no-address", "is no email address")]
    [InlineData("a b@example.test", "is no email address")]
    [InlineData("Name <a@example.test>", "is no email address")]
    [InlineData("admin@example.test", "There is an account admin@example.test already")]
    [InlineData("ADMIN@EXAMPLE.TEST", "There is an account ADMIN@EXAMPLE.TEST already")]
    public async Task Invitation_is_refused_for_no_address_or_a_taken_one_and_says_which(string email, string problem)
    {
        var refused = await Accounts.InviteAsync(await PermitAsync(), email, [Roles.Supervisor], null, Token);

        Assert.Contains(problem, refused.Problem, StringComparison.Ordinal);
        Assert.Null(refused.Link);
    }

    [Fact]
    public async Task Short_password_is_refused_and_the_link_still_works()
    {
        var (id, code) = await InviteAsync("short@example.test", Roles.Supervisor);

        Assert.False((await Accounts.AcceptInvitationAsync(id, code, "short", signedInAs: null, Token)).Succeeded);

        Assert.True((await Accounts.AcceptInvitationAsync(id, code, PortalApp.Password, signedInAs: null, Token)).Succeeded);
    }

    [Fact]
    public async Task Password_is_changed_only_by_who_knows_the_present_one()
    {
        const string wanted = "nine violet umbrellas";
        var id = await portal.App.AccountAsync("changing@example.test", Roles.Supervisor);

        Assert.Equal("The present password is wrong.", (await Accounts.ChangePasswordAsync(id, "not the password", wanted, Token)).Problem);
        await AssertSignsInAsync("changing@example.test");

        Assert.True((await Accounts.ChangePasswordAsync(id, PortalApp.Password, wanted, Token)).Succeeded);
        Assert.Equal("The present password is wrong.", (await Accounts.ChangePasswordAsync(id, PortalApp.Password, wanted, Token)).Problem);
    }

    [Fact]
    public async Task Change_of_roles_is_in_the_audit_with_before_and_after()
    {
        var id = await portal.App.AccountAsync("promoted@example.test", Roles.Supervisor);

        await Accounts.ChangeRolesAsync(await PermitAsync(), id, [Roles.Admin], "night shifts", Token);

        var entry = Assert.Single(await AuditOfAsync("account promoted@example.test"));
        Assert.Equal(
            (PortalFixture.Admin, "change roles", "night shifts", """{"roles": ["Supervisor"]}""", """{"roles": ["Admin"]}"""),
            (entry.Actor, entry.Act, entry.Why, entry.Before, entry.After));
    }

    [Fact]
    public async Task Unchanged_roles_leave_no_line_in_the_audit()
    {
        var id = await portal.App.AccountAsync("same@example.test", Roles.Supervisor);

        Assert.True((await Accounts.ChangeRolesAsync(await PermitAsync(), id, [Roles.Supervisor], "no change", Token)).Succeeded);

        Assert.Empty(await AuditOfAsync("account same@example.test"));
    }

    [Fact]
    public async Task Refused_change_leaves_neither_account_nor_audit()
    {
        Assert.False((await Accounts.CreateAdminAsync("weak@example.test", "short", Token)).Succeeded);

        Assert.Empty(await AuditOfAsync("account weak@example.test"));
        Assert.DoesNotContain(await ListAsync(), row => row.Email == "weak@example.test");
    }

    [Fact]
    public async Task Audit_never_holds_a_link()
    {
        var (_, code) = await InviteAsync("secret@example.test", Roles.Supervisor);

        var everything = await portal.Database.OwnerDataSource.ScalarAsync<string>("SELECT string_agg(a::text, ' ') FROM shift_reminders.audit a");

        Assert.DoesNotContain(code, everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Uri.EscapeDataString(code), everything, StringComparison.Ordinal);
    }

    private async Task<(Guid Id, string Code)> InviteAsync(string email, params string[] roles)
    {
        var result = await Accounts.InviteAsync(await PermitAsync(), email, roles, null, Token);
        return (result.AccountId!.Value, CodeIn(result.Link!));
    }

    private static string CodeIn(string link) => Uri.UnescapeDataString(link[(link.IndexOf('#', StringComparison.Ordinal) + 1)..]);

    private Task<Permit> PermitAsync() => portal.App.PermitAsync(portal.AdminId, Act.ManageAccess);

    private async Task<IReadOnlyList<Web.Data.AuditEntry>> AuditOfAsync(string subject) =>
        (await portal.App.Services.GetRequiredService<AuditLog>().ReadPageAsync(
            new AuditFilter { Subject = subject }, TimeZoneInfo.Utc, before: null, Token)).Entries;

    private Task<IReadOnlyList<AccountRow>> ListAsync() => portal.App.Services.GetRequiredService<AccountList>().ReadAsync(null, Token);

    private async Task AssertSignsInAsync(string email)
    {
        using var client = new PortalClient(portal.App.Address);
        using var answer = await client.SignInAsync(email, PortalApp.Password);
        Assert.Equal("/", answer.Headers.Location?.AbsolutePath);
    }
}
