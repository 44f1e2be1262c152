using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>How the app's role comes by its password; on a server of its own, because roles are the whole server's.</summary>
public sealed class AppPasswordTests : IAsyncLifetime
{
    private PostgresCluster cluster = null!;

    public async ValueTask InitializeAsync()
    {
        cluster = await PostgresCluster.CreateAsync("log_statement=all");
        await MigratedDatabase.CreateHostTablesAsync(cluster.OwnerConnectionString(PostgresCluster.CronDatabase));
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Migrate_gives_the_role_the_apps_password_and_the_server_never_sees_it()
    {
        await MigrateAsync("first-password");
        Assert.Equal("shift_reminders_app", await SignInAsync("first-password"));

        await MigrateAsync("second-password");
        Assert.Equal("shift_reminders_app", await SignInAsync("second-password"));

        Assert.Contains("ALTER ROLE shift_reminders_app", cluster.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("-password", cluster.Log, StringComparison.Ordinal);
    }

    private async Task MigrateAsync(string password)
    {
        var result = await RunningApp.RunToEndAsync(
            [
                new("ConnectionStrings__Migrations", cluster.OwnerConnectionString(PostgresCluster.CronDatabase)),
                new("ConnectionStrings__ShiftReminders", AppConnectionString(password)),
            ],
            "migrate");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.DoesNotContain(password, result.Output, StringComparison.Ordinal);
    }

    private async Task<string?> SignInAsync(string password)
    {
        await using var app = NpgsqlDataSource.Create(AppConnectionString(password));
        return await app.ScalarAsync<string>("SELECT current_user::text");
    }

    private string AppConnectionString(string password) =>
        new NpgsqlConnectionStringBuilder(cluster.AppConnectionString(PostgresCluster.CronDatabase))
        {
            Password = password,
            Pooling = false,
        }.ConnectionString;
}
