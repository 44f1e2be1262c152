using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using ShiftReminders.Tests.Processing;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Tests.Data;

/// <summary>The database is read-only for a while, as Supabase makes it when its disk is nearly full.</summary>
public sealed class ReadOnlySessionsTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider clock = new();
    private readonly LogRecorder log = new();
    private WebApplication app = null!;

    private NpgsqlDataSource Pool => app.Services.GetRequiredService<NpgsqlDataSource>();

    public ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:ShiftReminders", database.AppConnectionString)]);
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.AddDatabase();
        app = builder.Build();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await ReadOnlyAsync(false);
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Session_that_was_opened_read_only_is_gone_soon_after_the_database_can_be_written_to_again()
    {
        await ReadOnlyAsync(true);
        Assert.False(await WritesAsync());
        await ReadOnlyAsync(false);
        Assert.False(await WritesAsync());

        clock.Advance(ReadOnlySessions.RenewEvery);

        await Eventually.TrueAsync("it writes", Patience, WritesAsync);
        Assert.Equal(
            [
                "The database is read-only: nothing is recorded and nothing is sent. Sessions are renewed every 00:00:05 until it is not",
                "The database can be written to again",
            ],
            log.Entries.Select(entry => entry.Text).Where(text => text.StartsWith("The database", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Sessions_are_renewed_for_as_long_as_the_database_is_read_only()
    {
        await ReadOnlyAsync(true);
        Assert.False(await WritesAsync());
        var first = await SessionAsync();
        for (var renewals = 0; renewals < 3; renewals++)
        {
            var before = await SessionAsync();
            clock.Advance(ReadOnlySessions.RenewEvery);
            await Eventually.TrueAsync("the session is another", Patience, async () => await SessionAsync() != before);
        }

        await ReadOnlyAsync(false);
        clock.Advance(ReadOnlySessions.RenewEvery);

        await Eventually.TrueAsync("it writes", Patience, WritesAsync);
        Assert.NotEqual(first, await SessionAsync());
    }

    [Fact]
    public async Task Sessions_that_may_write_are_kept()
    {
        Assert.True(await WritesAsync());
        var before = await SessionAsync();

        clock.Advance(ReadOnlySessions.RenewEvery * 2);

        Assert.Equal(before, await SessionAsync());
    }

    private Task<int> SessionAsync() => Pool.ScalarAsync<int>("SELECT pg_backend_pid()");

    private async Task<bool> WritesAsync()
    {
        try
        {
            await Pool.ExecuteAsync("SELECT public.try_mark_notification_pushed('shift-1-00000000-0000-0000-0000-000000000001-end')");
            return true;
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            return false;
        }
    }

    private async Task ReadOnlyAsync(bool on)
    {
        var server = await PostgresServer.GetAsync();
        // From another database, where nothing is read-only.
        await Sql.ExecuteAsync(
            server.Cluster.SuperuserConnectionString("postgres"),
            $"ALTER DATABASE {database.Name} SET default_transaction_read_only = {(on ? "on" : "off")}");
    }
}
