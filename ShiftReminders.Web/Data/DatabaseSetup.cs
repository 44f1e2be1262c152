using Microsoft.Extensions.Options;
using Npgsql;

namespace ShiftReminders.Web.Data;

public static class DatabaseSetup
{
    /// <summary>
    /// Registers the app's one <see cref="NpgsqlDataSource"/>: <c>ConnectionStrings__ShiftReminders</c>, which names the
    /// role <c>shift_reminders_app</c>. A string that cannot be read stops the start.
    /// </summary>
    public static WebApplicationBuilder AddDatabase(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidator>();
        builder.Services.AddOptions<DatabaseOptions>().ValidateOnStart();
        builder.Services.AddSingleton(services => CreateDataSource(
            services.GetRequiredService<IConfiguration>(), services.GetRequiredService<ILoggerFactory>()));
        return builder;
    }

    private static NpgsqlDataSource CreateDataSource(IConfiguration configuration, ILoggerFactory loggers)
    {
        if (!DatabaseConnection.TryRead(configuration, DatabaseConnection.App, out var connection, out var error))
            throw new OptionsValidationException(nameof(DatabaseOptions), typeof(DatabaseOptions), [error]);
        var target = new NpgsqlConnectionStringBuilder(connection.Target.ConnectionString);
        target.ApplicationName ??= "shift-reminders";
        // The reset is DISCARD ALL, which forgets the functions' plans as well: each claim would be planned anew, for a
        // tenth of what it costs. No session of ours keeps anything between two calls.
        target.NoResetOnClose = true;
        return new NpgsqlDataSourceBuilder(target.ConnectionString).UseLoggerFactory(loggers).Build();
    }
}

/// <summary>Stands for the connection string, so that it is validated with all other settings at the start.</summary>
internal sealed class DatabaseOptions;

internal sealed class DatabaseOptionsValidator(IConfiguration configuration) : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options) =>
        DatabaseConnection.TryRead(configuration, DatabaseConnection.App, out _, out var error)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(error);
}
