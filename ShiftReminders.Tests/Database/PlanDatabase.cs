using System.Globalization;
using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>The host's database with the plan's objects as the plan wrote them, and nothing of ours.</summary>
public sealed class PlanDatabase : IAsyncLifetime
{
    private PostgresServer server = null!;

    public string Name { get; private set; } = null!;

    public NpgsqlDataSource Owner { get; private set; } = null!;

    public string ConnectionString { get; private set; } = null!;

    public PostgresCluster Cluster => server.Cluster;

    public string AppConnectionString => server.Cluster.AppConnectionString(Name);

    public async ValueTask InitializeAsync()
    {
        server = await PostgresServer.GetAsync();
        Name = await server.CreateEmptyAsync();
        ConnectionString = server.Cluster.OwnerConnectionString(Name);
        Owner = NpgsqlDataSource.Create(ConnectionString);
        await MigratedDatabase.CreateHostTablesAsync(ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        await server.DropAsync(Name);
    }

    /// <summary>What the plan calls <c>now()</c>.</summary>
    public Task SetClockAsync(DateTimeOffset now) => Owner.ExecuteAsync($"""
        CREATE OR REPLACE FUNCTION public.plan_now() RETURNS timestamptz LANGUAGE sql
        AS 'SELECT timestamptz ''{now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}+00'''
        """);
}
