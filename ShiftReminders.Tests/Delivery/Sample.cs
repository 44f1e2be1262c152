using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Tests.Delivery;

/// <summary>A reminder to send and a phone to send it to.</summary>
internal static class Sample
{
    public static readonly Guid Person = Guid.Parse("6f1d2b1e-8f5b-4a55-9d0c-0a2f6f6b7a01");

    public static PushMessage Message => new()
    {
        NotificationId = "shift-42-6f1d2b1e-8f5b-4a55-9d0c-0a2f6f6b7a01-start_15",
        Generation = 1,
        Title = "Shift Depot North",
        Body = "Your shift starts at 09:00. Please check in.",
        Data = new Dictionary<string, string>
        {
            ["notification_id"] = "shift-42-6f1d2b1e-8f5b-4a55-9d0c-0a2f6f6b7a01-start_15",
            ["schedule_id"] = "42",
            ["notify_type"] = "start_15",
            ["due"] = "2026-11-23T07:45:00Z",
        },
        Window = PushWindow.Lasting(TimeSpan.FromMinutes(15), TimeProvider.System),
    };

    public static PushTarget Target(string token = "token-1", string? platform = "android") => new()
    {
        DeviceId = PushTarget.DeviceIdOf(token),
        Token = token,
        Platform = platform,
        UserId = Person,
    };

    public static PushTarget[] Targets(params string[] tokens) => [.. tokens.Select(token => Target(token))];

    public static async Task<PushResult> SendOneAsync(
        this IPushSender sender, PushTarget target, PushMessage? message = null, bool dryRun = false) =>
        Assert.Single(await sender.SendAsync(
            message ?? Message, [target], dryRun, TestContext.Current.CancellationToken));
}
