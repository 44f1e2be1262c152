using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ShiftReminders.Web.Data;

public static class DatabaseContextSetup
{
    /// <summary>
    /// Registers the context factory for pages (one short-lived context per operation) and the scoped context that
    /// Identity's stores ask for, on the application's own data source.
    /// </summary>
    public static WebApplicationBuilder AddDatabaseContext(this WebApplicationBuilder builder)
    {
        builder.Services.AddPooledDbContextFactory<ShiftRemindersDb>((services, options) => options
            .UseNpgsql(
                services.GetRequiredService<NpgsqlDataSource>(),
                npgsql => npgsql.CommandTimeout(PageReads.CommandTimeoutOf(services.GetRequiredService<NpgsqlDataSource>())))
            .UseSnakeCaseNamingConvention());
        builder.Services.AddScoped(services => services.GetRequiredService<IDbContextFactory<ShiftRemindersDb>>().CreateDbContext());
        return builder;
    }
}
