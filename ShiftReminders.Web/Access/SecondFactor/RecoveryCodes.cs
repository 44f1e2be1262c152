using System.Security.Cryptography;
using System.Text;

namespace ShiftReminders.Web.Access.SecondFactor;

/// <summary>
/// Codes for whoever has lost the phone; each works once. They hold 138 random bits, so that a plain hash of them is safe
/// to keep, and the codes themselves are kept nowhere.
/// </summary>
internal static class RecoveryCodes
{
    public const int Count = 10;
    private const int Letters = 28;
    private const int GroupLength = 7;
    // No letter that looks like another.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    public static IReadOnlyList<string> Make() => [.. Enumerable.Range(0, Count).Select(_ => Grouped(RandomNumberGenerator.GetString(Alphabet, Letters)))];

    public static string Kept(IEnumerable<string> codes) => string.Join(' ', codes.Select(Hash));

    /// <summary>What is kept once this code is used; null when it is none of them.</summary>
    public static string? Without(string? kept, string code)
    {
        string[] hashes = kept?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var used = Hash(code);
        return hashes.Contains(used) ? string.Join(' ', hashes.Where(hash => hash != used)) : null;
    }

    public static int Left(string? kept) => kept?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length ?? 0;

    private static string Grouped(string code) => string.Join('-', code.Chunk(GroupLength).Select(group => new string(group)));

    private static string Hash(string code)
    {
        var letters = string.Concat(code.ToLowerInvariant().Where(char.IsLetterOrDigit));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(letters)));
    }
}
