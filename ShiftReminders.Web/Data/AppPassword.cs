using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace ShiftReminders.Web.Data;

/// <summary>
/// Gives the app's role the password that <c>ConnectionStrings__ShiftReminders</c> has for it. The migrations make the
/// role without one: a password in a file would be everybody's.
/// </summary>
internal sealed class AppPassword(NpgsqlDataSource owner)
{
    private const string Role = "shift_reminders_app";

    private const int Iterations = 4096;

    /// <summary>Sets the password if the role cannot sign in with it; says what it did, or null if all was well.</summary>
    public async Task<string?> EnsureAsync(DatabaseConnection app, CancellationToken cancellationToken)
    {
        var target = app.Target;
        if (!IsAppRole(target.Username) || string.IsNullOrEmpty(target.Password))
            return null;
        if (!await IsRefusedAsync(target, cancellationToken))
            return null;
        try
        {
            // A verifier rather than the password: statements may be logged.
            await using var command = owner.CreateCommand($"ALTER ROLE {Role} LOGIN PASSWORD '{Verifier(target.Password)}'");
            await command.ExecuteNonQueryAsync(cancellationToken);
            return $"The role {Role} now has the password of {app.Setting}.";
        }
        catch (PostgresException refusal)
        {
            return $"The role {Role} has another password than {app.Setting}, and could not be given it: {refusal.MessageText}.";
        }
    }

    // Poolers want the project's name behind the role's: shift_reminders_app.abcdefgh.
    private static bool IsAppRole(string? user) => user == Role || user?.StartsWith($"{Role}.", StringComparison.Ordinal) == true;

    private static async Task<bool> IsRefusedAsync(NpgsqlConnectionStringBuilder target, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(target.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return false;
        }
        catch (PostgresException refusal)
        {
            return refusal.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification;
        }
        catch (NpgsqlException)
        {
            // The app may live where this connection cannot reach; its own start will say so.
            return false;
        }
    }

    /// <summary>SCRAM-SHA-256 as PostgreSQL stores it (RFC 5803).</summary>
    internal static string Verifier(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(password), salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}"
            + $"${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }
}
