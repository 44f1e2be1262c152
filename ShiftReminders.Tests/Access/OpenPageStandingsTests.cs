using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Tests.Access;

/// <summary>What open pages are told about their sign-ins, on a clock that only the test moves.</summary>
public sealed class OpenPageStandingsTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly TimeSpan Setting = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task Many_pages_are_answered_by_one_read_and_the_next_one_sees_who_was_disabled()
    {
        var standings = Standings();
        var people = await Task.WhenAll(Enumerable.Range(0, 5).Select(number => PrincipalAsync($"page-{number}@example.test", Roles.Supervisor)));
        Assert.All(await Task.WhenAll(people.Select(person => HoldsAsync(standings, person))), Assert.True);

        await portal.Database.OwnerDataSource.ExecuteAsync("UPDATE shift_reminders.accounts SET disabled_at = now() WHERE email LIKE 'page-%'");
        var sameRead = await Task.WhenAll(people.Select(person => HoldsAsync(standings, person)));
        time.Advance(Setting - OpenPageStandings.AskEvery(Setting));
        var nextRead = await Task.WhenAll(people.Select(person => HoldsAsync(standings, person)));

        Assert.All(sameRead, Assert.True);
        Assert.All(nextRead, Assert.False);
    }

    [Fact]
    public async Task Other_roles_another_stamp_and_no_account_do_not_hold()
    {
        var standings = Standings();
        var person = await PrincipalAsync("roles@example.test", Roles.Admin);
        Assert.True(await HoldsAsync(standings, person));

        var promoted = person.Clone();
        promoted.Identities.First().AddClaim(new Claim(ClaimTypes.Role, Roles.Tester));
        var stale = person.Clone();
        stale.Identities.First().RemoveClaim(stale.FindFirst("AspNet.Identity.SecurityStamp"));

        Assert.False(await HoldsAsync(standings, promoted));
        Assert.False(await HoldsAsync(standings, stale));
        Assert.False(await HoldsAsync(standings, new ClaimsPrincipal(new ClaimsIdentity())));
    }

    [Fact]
    public async Task Account_without_a_role_holds_as_long_as_it_has_none() =>
        Assert.True(await HoldsAsync(Standings(), await PrincipalAsync("no-role@example.test")));

    private OpenPageStandings Standings() => new(
        portal.App.Services.GetRequiredService<IDbContextFactory<ShiftRemindersDb>>(),
        Options.Create(new AccessOptions { RevalidateEvery = Setting }),
        portal.App.Services.GetRequiredService<IOptions<IdentityOptions>>(),
        time);

    private static Task<bool> HoldsAsync(OpenPageStandings standings, ClaimsPrincipal person) =>
        standings.HoldsAsync(person, TestContext.Current.CancellationToken);

    private async Task<ClaimsPrincipal> PrincipalAsync(string email, params string[] roles) =>
        await portal.App.PrincipalAsync(await portal.App.AccountAsync(email, roles));
}
