namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>
/// Settings of the <c>SendFcm</c> channel (<c>SendFcm__…</c> in the environment): the team's own edge function, in
/// whatever shape it is.
/// </summary>
public sealed class SendFcmOptions
{
    public const string Section = "SendFcm";

    /// <summary>
    /// The function's address. Default: <c>SEND_FCM_URL</c>, else <c>SUPABASE_URL</c> + <c>/functions/v1/send_fcm</c>.
    /// </summary>
    public Uri? Url { get; set; }

    /// <summary>
    /// Default: <c>SUPABASE_SERVICE_ROLE_KEY</c>. A key that is a JWT goes out as <c>Authorization: Bearer</c> and as
    /// <c>apikey</c>; one that begins with <c>sb_secret_</c> is no JWT and goes out as <c>apikey</c> only. May be empty
    /// when <see cref="Headers"/> say who we are.
    /// </summary>
    public string? ServiceRoleKey { get; set; }

    /// <summary>Further headers, such as a shared secret. They replace ours of the same name.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>To whom one call is addressed. Default <see cref="SendFcmShape.Person"/>, which is the plan's.</summary>
    public SendFcmShape Shape { get; set; }

    /// <summary>
    /// The body as JSON. A text that is a placeholder is replaced by its value: <c>{user_id}</c>, <c>{token}</c>,
    /// <c>{tokens}</c>, <c>{title}</c>, <c>{body}</c>, <c>{data}</c>, <c>{notification_id}</c> (the tag on the
    /// phone, the same when a reminder is sent again), <c>{generation}</c> (which tells a resend from a copy),
    /// <c>{ttl_seconds}</c>, <c>{dry_run}</c>.
    /// Default for a person: <c>{"user_id":"{user_id}","title":"{title}","body":"{body}","data":"{data}",
    /// "notification_id":"{notification_id}"}</c>; for tokens the same with <c>token</c> or <c>tokens</c> first.
    /// </summary>
    public string? BodyTemplate { get; set; }

    /// <summary>The most tokens in one call of the shape <see cref="SendFcmShape.Tokens"/>. Default 500.</summary>
    public int MaxTokensPerCall { get; set; } = 500;

    /// <summary>How long one call may take; after that its outcome is unknown. Default 30 s, at most 150 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How much of a reply is read, in bytes. Default 65,536.</summary>
    public int MaxReplyBytes { get; set; } = 64 * 1024;

    /// <summary>The most connections at a time. Default 64.</summary>
    public int MaxConnections { get; set; } = 64;

    /// <summary>The HTTP statuses that may mean success. Default: 200 to 299.</summary>
    public List<int> SuccessStatuses { get; } = [];

    /// <summary>
    /// What a reply must say to mean success. With none, a reply is read in the words of the usual SDKs and services, which
    /// Delivery/README.md lists.
    /// </summary>
    public List<SendFcmRule> Success { get; } = [];

    /// <summary>
    /// JSON pointers to the number of devices reached; zero means that nobody was. With none, the usual names
    /// (<c>sent</c>, <c>successCount</c>, …) are known.
    /// </summary>
    public List<string> SentCounts { get; } = [];

    /// <summary>
    /// JSON pointers to the number of devices not reached. With none, the usual names (<c>failed</c>,
    /// <c>failureCount</c>, …) are known.
    /// </summary>
    public List<string> FailedCounts { get; } = [];

    /// <summary>
    /// JSON pointer to a list with one result per token, in the order of the tokens sent. Default for tokens: <c>/results</c>,
    /// <c>/responses</c> or <c>/data</c>; none for a person. A list of another length is not believed.
    /// </summary>
    public string? Results { get; set; }

    /// <summary>Within a result: true means accepted. Default <c>/success</c>.</summary>
    public string ResultSuccess { get; set; } = "/success";

    /// <summary>Within a result: the provider's name of the message. Default <c>/message_id</c>.</summary>
    public string ResultMessageId { get; set; } = "/message_id";

    /// <summary>
    /// What a text in a failed reply means. The first pattern found wins; after these come our own, which know FCM's
    /// error codes, those of the Firebase SDKs and Supabase's.
    /// </summary>
    public List<SendFcmErrorRule> Errors { get; } = [];
}

/// <summary>To whom one call of the function is addressed.</summary>
public enum SendFcmShape
{
    /// <summary>One call per person; the function knows the devices, and the reminder as a whole is the device.</summary>
    Person,

    /// <summary>One call per token.</summary>
    Token,

    /// <summary>One call for several tokens of a person.</summary>
    Tokens,
}

/// <summary>A condition on a reply.</summary>
public sealed class SendFcmRule
{
    /// <summary>A JSON pointer, such as <c>/success</c>.</summary>
    public string At { get; set; } = "";

    /// <summary>The JSON value expected there, such as <c>true</c>, <c>null</c> or <c>"ok"</c>. Default <c>true</c>.</summary>
    public string Expected { get; set; } = "true";

    /// <summary>True: a reply without it is a failure. Default false: such a reply merely proves nothing.</summary>
    public bool Required { get; set; }
}

/// <summary>What a text in a failed reply means.</summary>
public sealed class SendFcmErrorRule
{
    /// <summary>A regular expression, without regard to case.</summary>
    public string Pattern { get; set; } = "";

    public PushOutcome Outcome { get; set; } = PushOutcome.Transient;
}
