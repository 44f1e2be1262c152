using System.Net;
using Npgsql;
using ShiftReminders.Tests.EndToEnd;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Database;

/// <summary>The app's role behind pgbouncer in transaction mode, where no session outlives its transaction.</summary>
public sealed class PoolerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Claims_are_handed_out_once_to_more_clients_than_there_are_server_connections()
    {
        var server = await PostgresServer.GetAsync();
        await using var bouncer = await PgBouncer.StartAsync(server.Cluster);
        await using var pooled = NpgsqlDataSource.Create(bouncer.Through(database.AppConnectionString));
        var person = await database.Given.ReachablePersonAsync();
        var shift = await database.Given.ShiftAsync(person, startsIn: TimeSpan.FromMinutes(10));
        await database.OwnerDataSource.ExecuteAsync("SELECT public.enqueue_due_shift_notifications()");

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => pooled.ColumnAsync<long>(
            "SELECT schedule_id FROM shift_reminders.claim_reminders('pooled', 'Sandbox', 10, interval '90 seconds')")));

        Assert.Equal([shift], claims.SelectMany(claim => claim));
    }

    [Fact]
    public async Task Portal_signs_in_and_reads_every_page()
    {
        var server = await PostgresServer.GetAsync();
        await using var bouncer = await PgBouncer.StartAsync(server.Cluster);
        await using var portal = await PortalApp.StartAsync(
            database, $"ConnectionStrings:ShiftReminders={bouncer.Through(database.AppConnectionString)}");
        await portal.AccountAsync(PortalFixture.Admin, [.. Roles.All]);
        using var client = new PortalClient(portal.Address);
        Assert.Equal(HttpStatusCode.Found, (await client.SignInAsync(PortalFixture.Admin, PortalApp.Password)).StatusCode);

        foreach (var page in PortalPages.All.Except(["/access-denied", "/error", "/not-found", "/sign-in", "/sign-in/code"]))
        {
            using var answer = await client.GetAsync(page);
            var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"{page}: {answer.StatusCode}");
            Assert.DoesNotContain("error-panel", html, StringComparison.Ordinal);
        }
    }
}
