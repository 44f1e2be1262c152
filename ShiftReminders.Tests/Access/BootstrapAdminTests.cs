using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Access;

/// <summary>The first admin, from settings: made once, by one of many replicas, and never again.</summary>
public sealed class BootstrapAdminTests : IAsyncLifetime
{
    private const string Email = "first@example.test";
    private readonly TestDatabase database = new();

    private static string[] Settings(string email, string password) =>
        [$"Portal:BootstrapAdmin:Email={email}", $"Portal:BootstrapAdmin:Password={password}"];

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task First_admin_signs_in_and_is_in_the_audit()
    {
        await using var app = await PortalApp.StartAsync(database, Settings(Email, PortalApp.Password));
        using var client = new PortalClient(app.Address);

        using var answer = await client.SignInAsync(Email, PortalApp.Password);

        Assert.Equal("/", answer.Headers.Location?.AbsolutePath);
        Assert.Equal("create the first admin", await database.OwnerDataSource.ScalarAsync<string>("SELECT act FROM shift_reminders.audit"));
    }

    [Fact]
    public async Task Later_starts_with_other_settings_change_nothing()
    {
        await using (await PortalApp.StartAsync(database, Settings(Email, PortalApp.Password)))
        {
        }
        await using (await PortalApp.StartAsync(database, Settings(Email, "quite another password")))
        {
        }
        await using var app = await PortalApp.StartAsync(database, Settings("second@example.test", PortalApp.Password));
        using var client = new PortalClient(app.Address);

        using var answer = await client.SignInAsync(Email, PortalApp.Password);

        Assert.Equal("/", answer.Headers.Location?.AbsolutePath);
        Assert.Equal([Email], await database.OwnerDataSource.ColumnAsync<string>("SELECT email FROM shift_reminders.accounts"));
    }

    [Fact]
    public async Task Replicas_that_start_together_make_one()
    {
        var apps = await Task.WhenAll(Enumerable.Range(0, 3).Select(n =>
            PortalApp.StartAsync(database, Settings($"replica-{n}@example.test", PortalApp.Password))));

        Assert.Equal(1, await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.accounts"));
        foreach (var app in apps) await app.DisposeAsync();
    }
}
