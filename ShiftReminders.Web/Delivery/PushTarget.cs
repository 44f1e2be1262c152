using System.Security.Cryptography;
using System.Text;

namespace ShiftReminders.Web.Delivery;

/// <summary>One device of one person.</summary>
public sealed record PushTarget
{
    /// <summary>A hash of the token (see <see cref="DeviceIdOf"/>): safe to log, to store and to show.</summary>
    public required string DeviceId { get; init; }

    /// <summary>
    /// The provider's registration token, without the blanks and line ends around it that a host app may have stored with
    /// it. A secret: never logged.
    /// </summary>
    public required string Token
    {
        get;
        init => field = value.Trim();
    }

    /// <summary><c>android</c>, <c>ios</c> or <c>web</c> where the host app knows.</summary>
    public string? Platform { get; init; }

    public required Guid UserId { get; init; }

    /// <summary>The first 32 hex digits of the SHA-256 of the token; the database computes the same.</summary>
    public static string DeviceIdOf(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)).AsSpan(0, 16));

    // A record prints all its properties, and records end up in logs.
    public override string ToString() => $"{Platform ?? "device"} {DeviceId} of {UserId}";
}
