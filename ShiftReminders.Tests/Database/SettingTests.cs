using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>What admins may set in the database, and what is refused.</summary>
public sealed class SettingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData("site_time_zone", "Asia/Kolkata")]
    [InlineData("site_locale", "de")]
    [InlineData("look_ahead", "2 minutes")]
    [InlineData("delete_dead_host_tokens", "on")]
    [InlineData("keep_reminders", " 400 days ")]
    public async Task Value_that_can_be_is_set(string key, string value)
    {
        Assert.Equal("ok", await ChangeAsync(key, value));

        Assert.Equal(value.Trim(), await ValueAsync(key));
    }

    [Theory]
    [InlineData("site_time_zone", "UTC+3")]
    [InlineData("site_time_zone", "")]
    [InlineData("site_locale", "Deutsch!")]
    [InlineData("look_ahead", "59 seconds")]
    [InlineData("look_ahead", "1 day")]
    [InlineData("keep_runs", "-3 days")]
    [InlineData("keep_runs", "forever")]
    [InlineData("delete_dead_host_tokens", "true")]
    [InlineData("rules_applied", "")]
    [InlineData("host_contract", "custom")]
    [InlineData("no_such_setting", "1")]
    public async Task Value_that_cannot_be_is_refused_and_nothing_is_changed(string key, string value)
    {
        var before = await AllAsync();

        Assert.Equal("wrong", await ChangeAsync(key, value));

        Assert.Equal(before, await AllAsync());
    }

    [Fact]
    public async Task Language_without_texts_is_refused_while_a_rule_has_no_English_one()
    {
        await using var connection = await database.OwnerDataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var never = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            "UPDATE shift_reminders.rule_texts SET locale = 'fr' WHERE locale = 'en'; SELECT shift_reminders.wrong_setting('site_locale', 'pt-BR')", connection);

        Assert.Contains("start_15", (string?)await command.ExecuteScalarAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_that_somebody_changed_meanwhile_is_not_overwritten()
    {
        await ChangeAsync("keep_sessions", "20 days");

        Assert.Equal("conflict", await ChangeAsync("keep_sessions", "30 days", was: "14 days"));
        Assert.Equal("20 days", await ValueAsync("keep_sessions"));
    }

    [Fact]
    public async Task Page_shows_each_setting_that_can_be_changed_and_each_value_that_ships_could_be_set()
    {
        Assert.Equal(
            await Owner.ColumnAsync<string>("SELECT key FROM shift_reminders.settable() ORDER BY place"),
            await Owner.ColumnAsync<string>("SELECT key FROM shift_reminders.site_settings()"));
        Assert.Empty(await Owner.ColumnAsync<string>(
            "SELECT key FROM shift_reminders.site_settings() WHERE shift_reminders.wrong_setting(key, value) IS NOT NULL"));
    }

    private NpgsqlDataSource Owner => database.OwnerDataSource;

    private async Task<string?> ChangeAsync(string key, string value, string? was = null) => await Owner.ScalarAsync<string>(
        "SELECT result FROM shift_reminders.change_setting($1, $2, $3, 'admin@example.test', 'a test')", key, value, was ?? await ValueAsync(key) ?? "");

    private async Task<string?> ValueAsync(string key) =>
        (await Owner.ColumnAsync<string>("SELECT value FROM shift_reminders.settings WHERE key = $1", key)).SingleOrDefault();

    private Task<List<string>> AllAsync() => Owner.ColumnAsync<string>("SELECT format('%s=%s', key, value) FROM shift_reminders.settings ORDER BY key");
}
