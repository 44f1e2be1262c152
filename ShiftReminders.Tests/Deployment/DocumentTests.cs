using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeFcm;

namespace ShiftReminders.Tests.Deployment;

/// <summary>The documents do what they say: their commands are run, and what comes out is what they print.</summary>
public sealed class DocumentTests
{
    [Fact]
    public async Task Readme_prints_what_its_commands_print()
    {
        using var reader = new Reader();
        await reader.HasAppAsync();
        var document = new RunnableDocument("README.md");

        Assert.Equal(2, document.Count);
        await document.RunAsync(Repository.Root, reader.Environment);
    }

    /// <summary>From an empty Supabase project with the shift app's tables to the first push, and back to nothing.</summary>
    [Fact]
    public async Task Deployment_leads_from_nothing_to_the_first_push_and_back()
    {
        await using var cluster = await PostgresCluster.CreateAsync();
        await SupabaseRoles.CreateAsync(cluster);
        var owner = new NpgsqlConnectionStringBuilder(cluster.OwnerConnectionString(PostgresCluster.CronDatabase));
        var app = new NpgsqlConnectionStringBuilder(cluster.AppConnectionString(PostgresCluster.CronDatabase));
        using var host = new HostProject(owner.ConnectionString);
        await host.PushAsync();
        var (person, shift) = await SomebodyOnShiftAsync(owner.ConnectionString);
        await using var fcm = await FakeFcmServer.StartAsync();
        using var reader = new Reader();
        await reader.HasAppAsync();
        await reader.HasSupabaseAsync();

        await new RunnableDocument("DEPLOYMENT.md").RunAsync(
            reader.Folder,
            [
                .. reader.Environment, .. fcm.Settings,
                new("ConnectionStrings__Migrations", owner.ConnectionString), new("ConnectionStrings__ShiftReminders", app.ConnectionString),
                new("OWNER_URL", host.Url), new("HOST_PROJECT", host.Folder), new("APP_PASSWORD", app.Password!),
                new("ADMIN_PASSWORD", "a few words nobody guesses"), new("SOMEBODY", $"{person}"), new("SHIFT", $"{shift}"),
                new("ASPNETCORE_URLS", $"http://127.0.0.1:{Ports.Free()}"), new("Telemetry__MetricsToken", "sesame"), new("Portal__AllowedHosts", "127.0.0.1"),
                new("Portal__KeyCertificatePath", Path.Combine(reader.Folder, "secrets", "sign-in-keys.pem")),
            ]);

        Assert.Equal(2, fcm.Received.Count);
    }

    private static async Task<(Guid Person, long Shift)> SomebodyOnShiftAsync(string connectionString)
    {
        await using var owner = NpgsqlDataSource.Create(connectionString);
        var person = Guid.NewGuid();
        await owner.ExecuteAsync("INSERT INTO public.fcm_tokens (user_id, token, platform) VALUES ($1, $2, 'android')", person, FakeToken());
        return (person, await owner.ScalarAsync<long>(
            """
            INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at)
            VALUES ($1, now() + interval '15 minutes', now() + interval '8 hours') RETURNING id
            """,
            person));
    }

    private static string FakeToken() => $"{Guid.NewGuid():N}:APA91b{Guid.NewGuid():N}{Guid.NewGuid():N}{Guid.NewGuid():N}";
}
