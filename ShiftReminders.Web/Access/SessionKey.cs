using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ShiftReminders.Web.Access;

/// <summary>What a cookie holds of its session: which one, and a secret that shows that the cookie is its own.</summary>
public readonly record struct SessionKey
{
    private const int SecretBytes = 32;
    private const char Between = '.';
    private readonly string secret;

    private SessionKey(Guid id, string secret) => (Id, this.secret) = (id, secret);

    /// <summary>The session; no secret.</summary>
    public Guid Id { get; }

    /// <summary>What the database keeps of the secret. It holds 256 random bits, so that a plain hash is safe to keep.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>For the cookie alone.</summary>
    internal string Text => $"{Id:N}{Between}{secret}";

    public static SessionKey New() => new(Guid.NewGuid(), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <summary>Leaves out the secret: keys may end up in logs.</summary>
    public override string ToString() => Id.ToString();

    internal static SessionKey? Parse(string? text) =>
        text?.Split(Between) is [var id, var secret] && Guid.TryParseExact(id, "N", out var parsed) ? new SessionKey(parsed, secret) : null;
}
