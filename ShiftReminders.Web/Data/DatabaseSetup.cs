using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ShiftReminders.Web.Data;

public static class DatabaseSetup
{
    /// <summary>The key of the data source of probes: one session, so that they neither wait for pages nor pages for them.</summary>
    public const string Probes = nameof(Probes);

    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Registers the app's <see cref="NpgsqlDataSource"/>: <c>ConnectionStrings__ShiftReminders</c>, which names the
    /// role <c>shift_reminders_app</c>; and a small one beside it for <see cref="Probes"/>. A string that cannot be read
    /// stops the start.
    /// </summary>
    public static WebApplicationBuilder AddDatabase(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidator>();
        builder.Services.AddOptions<DatabaseOptions>().BindConfiguration(DatabaseOptions.Section).ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ReadOnlySessions>();
        builder.Services.AddSingleton(CreateDataSource);
        builder.Services.AddKeyedSingleton(Probes, (services, _) => CreateProbes(services));
        return builder;
    }

    private static NpgsqlDataSource CreateDataSource(IServiceProvider services)
    {
        var target = Target(services);
        target.ApplicationName ??= "shift-reminders";
        // The reset is DISCARD ALL, which forgets the functions' plans as well: each claim would be planned anew, for a
        // tenth of what it costs. No session of ours keeps anything between two calls.
        target.NoResetOnClose = true;
        var builder = new NpgsqlDataSourceBuilder(target.ConnectionString);
        builder.UseLoggerFactory(services.GetRequiredService<ILoggerFactory>());
        return services.GetRequiredService<ReadOnlySessions>().Build(builder);
    }

    private static NpgsqlDataSource CreateProbes(IServiceProvider services)
    {
        var target = Target(services);
        target.ApplicationName = "shift-reminders probe";
        (target.MinPoolSize, target.MaxPoolSize) = (0, 1);
        target.Timeout = target.CommandTimeout = (int)ProbePatience.TotalSeconds;
        return NpgsqlDataSource.Create(target);
    }

    private static NpgsqlConnectionStringBuilder Target(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        return DatabaseConnection.TryRead(configuration, DatabaseConnection.App, out var connection, out var error)
            ? new NpgsqlConnectionStringBuilder(connection.Target.ConnectionString)
            : throw new OptionsValidationException(nameof(DatabaseOptions), typeof(DatabaseOptions), [error]);
    }
}
