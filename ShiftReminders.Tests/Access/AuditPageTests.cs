using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>Reading and exporting an audit of some length, and who may write or change it: nobody.</summary>
public sealed class AuditPageTests(AuditPageTests.Portal portal) : IClassFixture<AuditPageTests.Portal>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AuditLog Audit => portal.App.Services.GetRequiredService<AuditLog>();

    [Fact]
    public async Task Pages_by_keyset_show_every_entry_once_newest_first()
    {
        var filter = new AuditFilter { Subject = "reminder" };
        List<long> seen = [];
        for (long? before = null; ;)
        {
            var page = await Audit.ReadPageAsync(filter, TimeZoneInfo.Utc, before, Token);
            seen.AddRange(page.Entries.Select(entry => entry.Id));
            if (!page.HasOlder) break;
            before = seen[^1];
        }

        Assert.Equal(Portal.Entries, seen.Count);
        Assert.Equal(seen.Distinct().OrderDescending(), seen);
    }

    [Theory]
    [InlineData("anna", null, null, 40)]
    [InlineData(null, "resend", null, 60)]
    [InlineData(null, null, "reminder 11", 11)]
    [InlineData("anna", "resend", null, 20)]
    [InlineData("100%", null, null, 0)]
    [InlineData("_", null, null, 0)]
    [InlineData("' OR 1=1 --", null, null, 0)]
    public async Task Filter_finds_what_it_names_and_nothing_else(string? actor, string? act, string? subject, int expected)
    {
        var filter = AuditFilter.Parse(actor, act, subject ?? "reminder", null, null);
        var found = 0;
        await foreach (var _ in Audit.StreamAsync(filter, TimeZoneInfo.Utc, Token)) found++;

        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task Act_on_several_is_one_entry_that_is_found_by_each_of_its_reminders()
    {
        await portal.Database.OwnerDataSource.ExecuteAsync(
            """
            WITH whole AS (INSERT INTO shift_reminders.audit (at, actor, act, subject) VALUES (now(), 'zoe', 'resend', '2 many') RETURNING id)
            INSERT INTO shift_reminders.audit (at, actor, act, subject, part_of, reminder_id, generation)
            SELECT now(), 'zoe', 'follow', 'one ' || n, id, n, 2 FROM whole, unnest(ARRAY[770001, 770002]) n
            """);

        var page = await Audit.ReadPageAsync(AuditFilter.Parse("zoe", null, "one 770002", null, null), TimeZoneInfo.Utc, null, Token);
        var exported = new List<string>();
        await foreach (var entry in Audit.StreamAsync(AuditFilter.Parse("zoe", null, "one 770002", null, null), TimeZoneInfo.Utc, Token)) exported.Add(entry.Subject);
        await portal.Database.OwnerDataSource.ExecuteAsync("DELETE FROM shift_reminders.audit WHERE actor = 'zoe'");

        Assert.Equal("2 many", Assert.Single(page.Entries).Subject);
        Assert.Contains(page.Entries[0].Id, page.Several);
        Assert.Equal(["one 770002", "2 many"], exported);
    }

    [Fact]
    public async Task Day_of_the_filter_is_the_sites_day()
    {
        var tokyo = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo");
        var filter = AuditFilter.Parse(null, "midnight", null, "2026-01-02", "2026-01-02");

        var page = await Audit.ReadPageAsync(filter, tokyo, null, Token);

        Assert.Equal(["first moment", "last moment"], page.Entries.Select(entry => entry.Subject).Order());
    }

    [Fact]
    public async Task Export_holds_the_filter_over_all_pages()
    {
        using var client = await SignedInAsync(Roles.Supervisor);

        var csv = await client.Http.GetStringAsync("/audit/export?format=csv&act=resend", Token);
        using var json = JsonDocument.Parse(await client.Http.GetStringAsync("/audit/export?format=json&act=resend", Token));

        Assert.Equal(1 + 60, csv.TrimEnd().Split("\r\n").Length);
        Assert.Equal(60, json.RootElement.GetArrayLength());
        Assert.Equal("failed", json.RootElement[0].GetProperty("before").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Export_is_refused_to_who_may_not_read_the_page()
    {
        using var client = await SignedInAsync(Roles.Tester);

        using var answer = await client.GetAsync("/audit/export");

        Assert.Equal("/access-denied", answer.Headers.Location?.AbsolutePath);
    }

    [Theory]
    [InlineData("/audit?before=abc&from=9999-99-99&to=x&actor=%00&act=%3Cscript%3E")]
    [InlineData("/audit?before=-5&subject=%25_%5C")]
    [InlineData("/access?q=%3Cscript%3Ealert(1)%3C/script%3E")]
    public async Task Nonsense_in_the_address_breaks_no_page(string address)
    {
        using var client = await SignedInAsync(Roles.Admin);

        using var answer = await client.GetAsync(address);
        var html = await answer.Content.ReadAsStringAsync(Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INSERT INTO shift_reminders.audit (at, actor, act, subject) VALUES (now(), 'x', 'x', 'x')")]
    [InlineData("UPDATE shift_reminders.audit SET actor = 'somebody else'")]
    [InlineData("DELETE FROM shift_reminders.audit")]
    [InlineData("TRUNCATE shift_reminders.audit")]
    public async Task App_itself_cannot_alter_the_audit(string statement)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => portal.Database.AppDataSource.ExecuteAsync(statement));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    private async Task<PortalClient> SignedInAsync(string role)
    {
        var email = $"{Guid.NewGuid():n}@example.test";
        await portal.App.AccountAsync(email, role);
        var client = new PortalClient(portal.App.Address);
        (await client.SignInAsync(email, PortalApp.Password)).Dispose();
        return client;
    }

    /// <summary>120 entries about reminders by three people, and some around a midnight.</summary>
    public sealed class Portal : PortalFixture
    {
        public const int Entries = 120;

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await Database.OwnerDataSource.ExecuteAsync(
                """
                INSERT INTO shift_reminders.audit (at, actor, act, subject, before)
                SELECT now(), (ARRAY['anna', 'ben', 'clara'])[1 + n % 3], (ARRAY['resend', 'cancel'])[1 + n % 2], 'reminder ' || n, '{"state": "failed"}'
                FROM generate_series(0, $1 - 1) n
                """,
                Entries);
            await Database.OwnerDataSource.ExecuteAsync(
                """
                INSERT INTO shift_reminders.audit (at, actor, act, subject) VALUES
                  ('2026-01-01T14:59:59Z', 'x', 'midnight', 'too early'), ('2026-01-01T15:00:00Z', 'x', 'midnight', 'first moment'),
                  ('2026-01-02T14:59:59Z', 'x', 'midnight', 'last moment'), ('2026-01-02T15:00:00Z', 'x', 'midnight', 'too late')
                """);
        }
    }
}
