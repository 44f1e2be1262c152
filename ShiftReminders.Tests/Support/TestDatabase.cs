using Npgsql;

namespace ShiftReminders.Tests.Support;

/// <summary>A migrated database of a test class's own, with the host's tables in it and a clock that can be moved.</summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private PostgresServer server = null!;

    public string Name { get; private set; } = null!;

    public string OwnerConnectionString { get; private set; } = null!;

    public string AppConnectionString { get; private set; } = null!;

    /// <summary>The role that ran the migrations; plays the host app and the operator.</summary>
    public NpgsqlDataSource OwnerDataSource { get; private set; } = null!;

    /// <summary>The role <c>shift_reminders_app</c>; plays the web app.</summary>
    public NpgsqlDataSource AppDataSource { get; private set; } = null!;

    public Given Given { get; private set; } = null!;

    public DatabaseClock Clock { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PostgresServer.GetAsync();
        Name = await server.CopyTemplateAsync();
        OwnerConnectionString = server.Cluster.OwnerConnectionString(Name);
        AppConnectionString = server.Cluster.AppConnectionString(Name);
        OwnerDataSource = NpgsqlDataSource.Create(OwnerConnectionString);
        AppDataSource = NpgsqlDataSource.Create(AppConnectionString);
        Given = new Given(OwnerDataSource);
        Clock = new DatabaseClock(OwnerDataSource);
    }

    /// <summary>Lets <c>shift_reminders.clock()</c> run on from <paramref name="now"/>.</summary>
    public Task SetClockAsync(DateTimeOffset now) => Clock.SetAsync(now);

    public Task AdvanceClockAsync(TimeSpan step) => Clock.AdvanceAsync(step);

    public async ValueTask DisposeAsync()
    {
        await OwnerDataSource.DisposeAsync();
        await AppDataSource.DisposeAsync();
        await server.DropAsync(Name);
    }
}
