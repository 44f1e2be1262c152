using System.Net;
using System.Net.Sockets;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>What the README promises to who has just cloned the repository.</summary>
public sealed class DevScriptTests : IAsyncLifetime
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(75);

    private readonly DevScript dev = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => dev.DisposeAsync();

    [Fact]
    public async Task Demo_reminder_arrives_by_itself_and_a_second_up_goes_on_from_there()
    {
        var said = await dev.UpAsync();
        Assert.Contains(dev.Address.Authority, said, StringComparison.Ordinal);
        Assert.Contains("admin@example.test", said, StringComparison.Ordinal);
        await using (var database = dev.OpenDatabase())
        {
            Assert.False(await database.ScalarAsync<bool>("SELECT has_database_privilege('shift_reminders_app', current_database(), 'TEMPORARY')"));
            await Eventually.TrueAsync("a demo reminder was sent", Promised, async () =>
                await database.ScalarAsync<long>("SELECT count(*) FROM public.scheduled_notifications WHERE state = 'sent'") > 0);
        }

        await dev.StopAsync();
        Assert.Empty(await dev.ProcessesAsync());

        await dev.UpAsync();
        await using var again = dev.OpenDatabase();
        Assert.True(await again.ScalarAsync<long>("SELECT count(*) FROM public.scheduled_notifications WHERE state = 'sent'") > 0);
    }

    [Fact]
    public async Task Taken_port_is_one_sentence_and_nothing_is_left_behind()
    {
        using var other = new TcpListener(IPAddress.Loopback, dev.Address.Port);
        other.Start();

        var result = await dev.RunAsync("up");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{dev.Address.Authority} is taken", Assert.Single(result.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(dev.LocalDirectory, "postgres")));
    }

    [Fact]
    public async Task Missing_SDK_is_one_sentence_and_nothing_is_left_behind()
    {
        var programs = Directory.CreateTempSubdirectory("shift-reminders-path-").FullName;
        foreach (var program in new[] { "bash", "dirname" })
            File.CreateSymbolicLink(Path.Combine(programs, program), Path.Combine("/usr/bin", program));

        var result = await dev.RunAsync(new Dictionary<string, string> { ["PATH"] = programs }, "up");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(".NET 10 SDK is missing", Assert.Single(result.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.False(Directory.Exists(dev.LocalDirectory));
        Directory.Delete(programs, recursive: true);
    }

    [Fact]
    public async Task Demo_data_is_refused_by_a_database_that_is_not_marked_as_private()
    {
        var server = await PostgresServer.GetAsync();
        var database = await server.CreateEmptyAsync();

        foreach (var file in new[] { "host_tables.sql", "demo.sql" })
        {
            var refusal = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => Sql.ExecuteFileAsync(
                server.Cluster.OwnerConnectionString(database), Repository.Database("dev", file)));
            Assert.Contains("private clusters only", refusal.MessageText, StringComparison.Ordinal);
        }
        await server.DropAsync(database);
    }

    [Fact]
    public async Task No_argument_prints_help_and_an_unknown_verb_is_named()
    {
        Assert.Contains("usage: ./dev VERB", (await dev.RunAsync()).Output, StringComparison.Ordinal);

        var unknown = await dev.RunAsync("upp");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("'upp'", unknown.Error, StringComparison.Ordinal);
    }
}
