using Microsoft.Extensions.DependencyInjection.Extensions;
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
        builder.Services.AddOptions<DatabaseOptions>().BindConfiguration(DatabaseOptions.Section).ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ReadOnlySessions>();
        builder.Services.AddSingleton(CreateDataSource);
        return builder;
    }

    private static NpgsqlDataSource CreateDataSource(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        if (!DatabaseConnection.TryRead(configuration, DatabaseConnection.App, out var connection, out var error))
            throw new OptionsValidationException(nameof(DatabaseOptions), typeof(DatabaseOptions), [error]);
        var target = new NpgsqlConnectionStringBuilder(connection.Target.ConnectionString);
        target.ApplicationName ??= "shift-reminders";
        // The reset is DISCARD ALL, which forgets the functions' plans as well: each claim would be planned anew, for a
        // tenth of what it costs. No session of ours keeps anything between two calls.
        target.NoResetOnClose = true;
        var builder = new NpgsqlDataSourceBuilder(target.ConnectionString);
        builder.UseLoggerFactory(services.GetRequiredService<ILoggerFactory>());
        return services.GetRequiredService<ReadOnlySessions>().Build(builder);
    }
}
