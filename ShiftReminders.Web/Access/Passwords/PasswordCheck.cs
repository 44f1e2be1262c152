using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access.Passwords;

/// <summary>
/// Compares a password with an account's. It costs the same whether the account exists, has a password, or was hashed
/// with an older count, so that the time of an answer tells nothing.
/// </summary>
internal sealed class PasswordCheck(UserManager<Account> accounts, IPasswordHasher<Account> hasher, IOptions<PasswordHasherOptions> options)
{
    /// <summary>OWASP's count for PBKDF2 with HMAC-SHA512, which Identity's third format uses.</summary>
    public const int Iterations = 210_000;

    private static readonly Account Nobody = new() { UserName = "nobody" };
    private static string? nobodysHash;

    /// <summary>True when it is the account's password; a hash of an older count is then written anew.</summary>
    public async Task<bool> IsRightAsync(Account? account, string password)
    {
        if (account?.PasswordHash is not { } hash)
        {
            nobodysHash ??= hasher.HashPassword(Nobody, "no password is this");
            hasher.VerifyHashedPassword(Nobody, nobodysHash, password);
            return false;
        }
        if (await accounts.CheckPasswordAsync(account, password)) return true;
        SpendTheRest(hash, password);
        return false;
    }

    private void SpendTheRest(string hash, string password)
    {
        var missing = options.Value.IterationCount - IterationsOf(Convert.FromBase64String(hash));
        if (missing > 0) Rfc2898DeriveBytes.Pbkdf2(password, new byte[16], missing, HashAlgorithmName.SHA512, 32);
    }

    // Identity's third format: its mark, the function, then the count. Older formats are not ours.
    private static int IterationsOf(ReadOnlySpan<byte> hash) =>
        hash is [1, ..] && hash.Length > 9 ? (int)BinaryPrimitives.ReadUInt32BigEndian(hash[5..]) : 0;
}
