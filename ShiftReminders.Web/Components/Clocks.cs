namespace ShiftReminders.Web.Components;

/// <summary>The two time zones in which a page shows time: the site's, in which shifts are planned, and the viewer's.</summary>
public sealed record Clocks(TimeZoneInfo Site, TimeZoneInfo Viewer)
{
    public static Clocks Utc { get; } = new(TimeZoneInfo.Utc, TimeZoneInfo.Utc);

    /// <summary>True when both zones show the same time at that moment, so that one of them is enough.</summary>
    public bool AgreeAt(DateTimeOffset moment) => Site.GetUtcOffset(moment) == Viewer.GetUtcOffset(moment);

    /// <param name="site">The site's zone.</param>
    /// <param name="viewerZoneId">What a browser claims; anything unknown falls back to the site's zone.</param>
    public static Clocks For(TimeZoneInfo site, string? viewerZoneId) => new(site, Find(viewerZoneId) ?? site);

    /// <summary>A shift's own zone; the site's where it has none, or one that is unknown here.</summary>
    public TimeZoneInfo ZoneOf(string? zoneId) => Find(zoneId) ?? Site;

    /// <summary>
    /// The city of a shift's own zone where its clock is another than the site's at that moment: what has to stand beside
    /// such a time. Null where both show the same.
    /// </summary>
    public string? CityAt(DateTimeOffset moment, string? zoneId)
    {
        var zone = ZoneOf(zoneId);
        return zone.GetUtcOffset(moment) == Site.GetUtcOffset(moment) ? null : zone.Id[(zone.Id.LastIndexOf('/') + 1)..].Replace('_', ' ');
    }

    /// <summary>The zone of that IANA name, or null when there is none.</summary>
    public static TimeZoneInfo? Find(string? zoneId) =>
        zoneId is { Length: > 0 and <= 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(zoneId, out var zone) ? zone : null;
}
