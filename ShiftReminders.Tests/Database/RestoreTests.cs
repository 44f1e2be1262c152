using System.Diagnostics;
using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>A backup is restored into an empty project, whose roles have no passwords.</summary>
[Trait(Needs.Trait, Needs.Cron)]
public sealed class RestoreTests : IAsyncLifetime
{
    // Ticks come from the test alone.
    private static readonly string[] Settings = ["fsync=off", "cron.max_running_jobs=0"];

    private readonly string backup = Path.Combine(Path.GetTempPath(), $"shift-reminders-{Guid.NewGuid():n}.dump");
    private PostgresCluster project = null!;
    private PostgresCluster restored = null!;

    public async ValueTask InitializeAsync()
    {
        project = await PostgresCluster.CreateAsync(Settings);
        restored = await PostgresCluster.CreateAsync(Settings);
        await SupabaseRoles.CreateAsync(project);
        await SupabaseRoles.CreateAsync(restored);
        await MigratedDatabase.CreateAsync(project, PostgresCluster.CronDatabase);
        await Sql.ExecuteAsync(restored.SuperuserConnectionString(PostgresCluster.CronDatabase), "CREATE ROLE shift_reminders_app LOGIN");
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(backup);
        await project.DisposeAsync();
        await restored.DisposeAsync();
    }

    [Fact]
    public async Task Restored_queue_goes_on_where_it_was_and_sends_nothing_twice()
    {
        await using var owner = NpgsqlDataSource.Create(project.OwnerConnectionString(PostgresCluster.CronDatabase));
        await using var app = NpgsqlDataSource.Create(project.AppConnectionString(PostgresCluster.CronDatabase));
        var work = new EarlierDatabase(owner, app);
        await work.FillAsync();
        await BackUpAndRestoreAsync();

        var check = await RunAsync("check");
        var migrate = await RunAsync("migrate");

        Assert.Contains("FAIL  database: ", check.Output, StringComparison.Ordinal);
        Assert.Contains("migrate gives the role the password of this setting", check.Output, StringComparison.Ordinal);
        Assert.True(migrate.ExitCode == 0, migrate.Error);
        Assert.Contains("The role shift_reminders_app now has the password of ConnectionStrings__ShiftReminders.", migrate.Output, StringComparison.Ordinal);
        await using var newOwner = NpgsqlDataSource.Create(restored.OwnerConnectionString(PostgresCluster.CronDatabase));
        await using var newApp = NpgsqlDataSource.Create(restored.AppConnectionString(PostgresCluster.CronDatabase));
        var goesOn = work.RestoredTo(newOwner, newApp);
        Assert.Empty(await goesOn.MovedAsync());
        Assert.Equal(["* * * * * owner true"], await newOwner.ColumnAsync<string>("SELECT format('%s %s %s', schedule, username, active::text) FROM cron.job"));
        Assert.Equal(EarlierDatabase.StillToSend, await goesOn.SendRestAsync());
    }

    private Task<CommandResult> RunAsync(string verb) => RunningApp.RunToEndAsync(
        [
            new("ConnectionStrings__Migrations", restored.OwnerConnectionString(PostgresCluster.CronDatabase)),
            new("ConnectionStrings__ShiftReminders", restored.AppConnectionString(PostgresCluster.CronDatabase)),
            new("Delivery__Channel", "Sandbox"),
        ],
        verb);

    private async Task BackUpAndRestoreAsync()
    {
        await RunAsync(project, "pg_dump", "--format=custom", $"--file={backup}", PostgresCluster.CronDatabase);
        await RunAsync(restored, "pg_restore", "--exit-on-error", $"--dbname={PostgresCluster.CronDatabase}", backup);
    }

    private static async Task RunAsync(PostgresCluster cluster, string program, params string[] arguments)
    {
        var superuser = new NpgsqlConnectionStringBuilder(cluster.SuperuserConnectionString(PostgresCluster.CronDatabase));
        var start = new ProcessStartInfo(
            Path.Combine(cluster.ProgramDirectory, program),
            [$"--host={superuser.Host}", $"--port={superuser.Port}", $"--username={superuser.Username}", .. arguments]);
        start.Environment["PGPASSWORD"] = superuser.Password;
        var result = await Commands.TryRunAsync(start);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
