using Microsoft.Extensions.Configuration;
using Npgsql;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Support;

/// <summary>Turns an empty database into one like the customer's: the host's tables, then the real migrations.</summary>
internal static class MigratedDatabase
{
    public static async Task CreateAsync(PostgresCluster cluster, string database)
    {
        await CreateHostTablesAsync(cluster.OwnerConnectionString(database));
        await MigrateAsync(cluster, database);
    }

    /// <summary>The real migrations on a database that holds the host's tables, and the app's sign-in.</summary>
    public static async Task MigrateAsync(PostgresCluster cluster, string database)
    {
        await using var owner = NpgsqlDataSource.Create(Unpooled(cluster.OwnerConnectionString(database)));
        var outcome = await new Migrator(owner, DatabaseFiles.Embedded).RunAsync(TestContext.Current.CancellationToken);
        if (outcome is MigrationOutcome.Refused refused)
            throw new InvalidOperationException(refused.Sentence);
        await GiveAppItsPasswordAsync(cluster, database, owner);
    }

    public static async Task CreateHostTablesAsync(string ownerConnectionString) => await Sql.ExecuteAsync(
        ownerConnectionString,
        "SET shift_reminders.private_cluster = 'on'",
        await File.ReadAllTextAsync(Repository.Database("dev", "host_tables.sql"), TestContext.Current.CancellationToken));

    private static async Task GiveAppItsPasswordAsync(PostgresCluster cluster, string database, NpgsqlDataSource owner)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:ShiftReminders", Unpooled(cluster.AppConnectionString(database)))])
            .Build();
        if (!DatabaseConnection.TryRead(configuration, DatabaseConnection.App, out var app, out var error))
            throw new InvalidOperationException(error);
        await new AppPassword(owner).EnsureAsync(app, TestContext.Current.CancellationToken);
    }

    private static string Unpooled(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
}
