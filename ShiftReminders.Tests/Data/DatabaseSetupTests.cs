using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Tests.Data;

public sealed class DatabaseSetupTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Session_that_goes_back_to_the_pool_keeps_its_plans()
    {
        await using var app = AppWithOneSession();
        var pool = app.Services.GetRequiredService<NpgsqlDataSource>();

        var before = await pool.ScalarAsync<int>("SELECT pg_backend_pid()");
        await pool.ExecuteAsync("PREPARE planned AS SELECT shift_reminders.next_due_in('Test')");
        var after = await pool.ScalarAsync<int>("SELECT pg_backend_pid()");

        Assert.Equal(before, after);
        Assert.Equal(["planned"], await pool.ColumnAsync<string>("SELECT name FROM pg_prepared_statements"));
    }

    [Fact]
    public async Task Session_that_goes_back_to_the_pool_leaves_no_transaction_open()
    {
        await using var app = AppWithOneSession();
        var pool = app.Services.GetRequiredService<NpgsqlDataSource>();
        const string locks = "SELECT count(*)::integer FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()";

        await using (var connection = await pool.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(42)", connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, await pool.ScalarAsync<int>(locks));
    }

    private WebApplication AppWithOneSession()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(
            [new("ConnectionStrings:ShiftReminders", $"{database.AppConnectionString};Maximum Pool Size=1")]);
        return builder.AddDatabase().Build();
    }
}
