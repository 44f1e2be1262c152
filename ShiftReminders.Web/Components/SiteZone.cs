using Npgsql;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components;

/// <summary>The site's time zone, from the setting <c>site_time_zone</c> of the database; read again after a minute.</summary>
public sealed class SiteZone(NpgsqlDataSource database, TimeProvider time, ILogger<SiteZone> logger)
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromMinutes(1);
    private DateTimeOffset readAt = DateTimeOffset.MinValue;
    private TimeZoneInfo zone = TimeZoneInfo.Utc;

    public async ValueTask<TimeZoneInfo> GetAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - readAt < KeepFor) return zone;
        try
        {
            await using var command = database.CreateRead("SELECT shift_reminders.setting('site_time_zone')");
            var id = await command.ExecuteScalarAsync(cancellationToken) as string;
            if (Clocks.Find(id) is { } known)
                zone = known;
            else
                logger.LogWarning("The setting site_time_zone is '{Zone}', which is no time zone here; pages show {Fallback}", id, zone.Id);
            readAt = time.GetUtcNow();
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            // A page in the wrong zone that says which zone it is beats no page; its own queries report the database.
            logger.LogWarning("The site's time zone could not be read: {Reason}", error.Message);
        }
        return zone;
    }
}
