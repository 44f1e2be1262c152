using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components;

namespace ShiftReminders.Tests.Access;

/// <summary>Every page as every role. A new page is tested without being listed here.</summary>
public sealed class PageAccessTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly (string Path, Type Page)[] Pages =
    [
        .. from page in typeof(Web.Components.Routes).Assembly.GetTypes()
           from route in page.GetCustomAttributes<RouteAttribute>()
           where !route.Template.Contains('{', StringComparison.Ordinal)
           select (route.Template, page),
    ];

    [Fact]
    public void Every_page_says_who_may_see_it() => Assert.DoesNotContain(
        typeof(Web.Components.Routes).Assembly.GetTypes().Where(type => type.IsDefined(typeof(RouteAttribute))),
        page => !page.IsDefined(typeof(AuthorizeAttribute)) && !page.IsDefined(typeof(AllowAnonymousAttribute)));

    [Theory]
    [InlineData(Roles.Supervisor, "/access", "/phone", "/test-shifts")]
    [InlineData(Roles.Tester, "/access", "/audit")]
    [InlineData(Roles.Admin)]
    public async Task Role_sees_all_pages_but_the_ones_it_may_not(string role, params string[] hidden)
    {
        var email = $"only-{role}@example.test";
        await portal.App.AccountAsync(email, role);
        using var client = new PortalClient(portal.App.Address);
        (await client.SignInAsync(email, PortalApp.Password)).Dispose();

        var refused = new List<string>();
        foreach (var (path, _) in Pages.Where(found => found.Page.IsDefined(typeof(AuthorizeAttribute))))
        {
            using var answer = await client.GetAsync(path);
            if (answer.Headers.Location?.AbsolutePath == PortalUrls.AccessDenied)
                refused.Add(path);
            else
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(hidden.Order(), refused.Order());
    }

    [Fact]
    public async Task Account_without_a_role_sees_nothing()
    {
        await portal.App.AccountAsync("nothing@example.test");
        using var client = new PortalClient(portal.App.Address);
        (await client.SignInAsync("nothing@example.test", PortalApp.Password)).Dispose();

        foreach (var (path, page) in Pages.Where(found => found.Page.GetCustomAttribute<AuthorizeAttribute>()?.Policy is not null))
        {
            using var answer = await client.GetAsync(path);
            Assert.True(answer.Headers.Location?.AbsolutePath == PortalUrls.AccessDenied, $"{page.Name} is open to an account without a role.");
        }
    }

    [Fact]
    public async Task Page_that_is_seen_without_sign_in_opens_no_circuit()
    {
        using var client = new PortalClient(portal.App.Address);
        var paths = Pages.Where(found => found.Page.IsDefined(typeof(AllowAnonymousAttribute))).Select(found => found.Path);

        var shown = new List<string>();
        foreach (var path in paths.Append("/no-such-page"))
        {
            using var answer = await client.GetAsync(path);
            var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain("<!--Blazor:{\"type\":\"server\"", html, StringComparison.Ordinal);
            if (html.Contains("<!DOCTYPE html>", StringComparison.Ordinal)) shown.Add(path);
        }

        Assert.Contains(PortalUrls.NotFound, shown);
        Assert.Contains(AccessPaths.SignIn, shown);
    }
}
