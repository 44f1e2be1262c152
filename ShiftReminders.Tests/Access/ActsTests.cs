using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>The guard of acts on a real database: each act as each role, and after somebody's rights have changed.</summary>
public sealed class ActsTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string NoRole = "none";

    private static readonly Dictionary<Act, string[]> Allowed = new()
    {
        [Act.ResendReminders] = [Roles.Admin],
        [Act.CancelReminders] = [Roles.Admin],
        [Act.PauseReminders] = [Roles.Admin],
        [Act.RunEnqueue] = [Roles.Admin],
        [Act.ChangeRules] = [Roles.Admin],
        [Act.ChangeSettings] = [Roles.Admin],
        [Act.SeedTestShifts] = [Roles.Tester, Roles.Admin],
        [Act.ManageAccess] = [Roles.Admin],
        [Act.PlayPhones] = [Roles.Tester, Roles.Admin],
        [Act.ExportReminders] = [Roles.Supervisor, Roles.Admin],
        [Act.ExportReminder] = [Roles.Supervisor, Roles.Admin, Roles.Tester],
        [Act.ExportAudit] = [Roles.Supervisor, Roles.Admin],
        [Act.SaveView] = [Roles.Supervisor, Roles.Admin, Roles.Tester],
    };

    public static TheoryData<string, Act> EachRoleAndAct => new(
        from role in Roles.All.Append(NoRole) from act in Enum.GetValues<Act>() select (role, act));

    [Fact]
    public void Every_act_says_here_who_may_do_it() => Assert.Equal(Enum.GetValues<Act>().Order(), Allowed.Keys.Order());

    [Theory, MemberData(nameof(EachRoleAndAct))]
    public async Task Act_is_permitted_to_exactly_its_roles(string role, Act act)
    {
        var person = await PrincipalAsync($"{role}-{act}@example.test", role == NoRole ? [] : [role]);

        var decision = await AskAsync(person, act);

        if (Allowed[act].Contains(role))
            Assert.Equal($"{role}-{act}@example.test", Assert.IsType<Permit>(decision).Actor);
        else
            Assert.Contains("You may not", Assert.IsType<Refusal>(decision).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Role_taken_away_refuses_a_page_that_still_believes_in_it()
    {
        var person = await PrincipalAsync("demoted@example.test", [Roles.Admin]);
        Assert.IsType<Permit>(await AskAsync(person, Act.ResendReminders));

        await portal.App.Services.GetRequiredService<Accounts>().ChangeRolesAsync(
            await PermitAsync(), IdOf(person), [Roles.Supervisor], "moved on", Token);

        Assert.True(person.IsInRole(Roles.Admin));
        Assert.IsType<Refusal>(await AskAsync(person, Act.ResendReminders));
        Assert.IsType<Permit>(await AskAsync(person, Act.ExportAudit));
    }

    [Fact]
    public async Task Disabled_account_may_nothing()
    {
        var person = await PrincipalAsync("gone@example.test", [Roles.Admin]);

        await portal.App.Services.GetRequiredService<Accounts>().DisableAsync(await PermitAsync(), IdOf(person), "left", Token);

        Assert.Contains("sign-in has ended", Assert.IsType<Refusal>(await AskAsync(person, Act.SaveView)).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signed_out_everywhere_may_nothing_until_the_next_sign_in()
    {
        var person = await PrincipalAsync("lost-phone@example.test", [Roles.Admin]);

        await portal.App.Services.GetRequiredService<Accounts>().SignOutEverywhereAsync(await PermitAsync(), IdOf(person), "phone lost", Token);

        Assert.IsType<Refusal>(await AskAsync(person, Act.ResendReminders));
        Assert.IsType<Permit>(await AskAsync(await PrincipalAsync(IdOf(person)), Act.ResendReminders));
    }

    [Fact]
    public async Task Nobody_signed_in_may_nothing() =>
        Assert.IsType<Refusal>(await AskAsync(new ClaimsPrincipal(new ClaimsIdentity()), Act.SaveView));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Guid IdOf(ClaimsPrincipal person) => Guid.Parse(person.FindFirstValue(ClaimTypes.NameIdentifier)!);

    private Task<Permit> PermitAsync() => portal.App.PermitAsync(portal.AdminId, Act.ManageAccess);

    private async Task<ClaimsPrincipal> PrincipalAsync(string email, string[] roles) =>
        await PrincipalAsync(await portal.App.AccountAsync(email, roles));

    private Task<ClaimsPrincipal> PrincipalAsync(Guid account) => portal.App.PrincipalAsync(account);

    private async Task<ActDecision> AskAsync(ClaimsPrincipal person, Act act)
    {
        await using var scope = portal.App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Acts>().AskAsync(person, act, Token);
    }
}
