namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>Settings of the <c>Fcm</c> channel (<c>Fcm__…</c> in the environment).</summary>
public sealed class FcmOptions
{
    public const string Section = "Fcm";

    /// <summary>The Firebase project. Default: the <c>project_id</c> of the service-account file.</summary>
    public string? ProjectId { get; set; }

    /// <summary>
    /// Path of a service-account file (JSON). Default: <c>GOOGLE_APPLICATION_CREDENTIALS</c>. The file's
    /// <c>token_uri</c> is honoured. Missing or unreadable: the app does not start.
    /// </summary>
    public string? CredentialsPath { get; set; }

    /// <summary>Where FCM is. Default: Google's.</summary>
    public Uri Endpoint { get; set; } = new("https://fcm.googleapis.com");

    /// <summary>
    /// How long one request may take, and likewise the fetching of an access token. Default 15 s, which is FCM's own limit: whoever gives up
    /// sooner sends twice. Between 1 s and 60 s.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the connection itself may take. Default 5 s, at most <see cref="RequestTimeout"/>.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After this long a connection is replaced, so that a changed address is noticed. Default 10 min.</summary>
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The most connections at a time. Default 1,024; HTTP/2 needs one per 100 requests in flight.</summary>
    public int MaxConnections { get; set; } = 1024;

    /// <summary>
    /// The HTTP version to ask for. Default 2.0, and 1.1 where the server has no better. With an <c>http://</c>
    /// address 2.0 means 1.1 unless <see cref="HttpVersionPolicy"/> is <c>RequestVersionExact</c>.
    /// </summary>
    public Version HttpVersion { get; set; } = System.Net.HttpVersion.Version20;

    /// <summary>What to do when the server lacks <see cref="HttpVersion"/>. Default <c>RequestVersionOrLower</c>.</summary>
    public HttpVersionPolicy HttpVersionPolicy { get; set; } = HttpVersionPolicy.RequestVersionOrLower;

    /// <summary>The Android notification channel. Default: none, which is the app's own default channel.</summary>
    public string? AndroidChannelId { get; set; }
}
