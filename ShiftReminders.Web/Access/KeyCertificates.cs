using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ShiftReminders.Web.Access;

/// <summary>
/// The certificates under which the keys of cookies and links lie in the database. Whoever reads the table, or a backup of
/// it, has no use for the keys without the certificate's private key.
/// </summary>
internal static class KeyCertificates
{
    /// <summary>Null when the settings name no certificate, or one that cannot be used, which the validation reports.</summary>
    public static X509Certificate2? Present(AccessOptions options) =>
        options.KeyCertificatePath is { Length: > 0 } path && TryRead(path, options.KeyCertificatePassword, out var certificate, out _) ? certificate : null;

    public static IEnumerable<X509Certificate2> Former(AccessOptions options)
    {
        foreach (var path in FormerPaths(options))
        {
            if (TryRead(path, options.KeyCertificatePassword, out var certificate, out _)) yield return certificate;
        }
    }

    /// <summary>A sentence for each certificate that the settings name and that cannot be used.</summary>
    public static IEnumerable<string> Problems(AccessOptions options)
    {
        if (options.KeyCertificatePath is { Length: > 0 } path && !TryRead(path, options.KeyCertificatePassword, out _, out var problem))
            yield return $"Portal__KeyCertificatePath: {problem}";
        foreach (var former in FormerPaths(options))
        {
            if (!TryRead(former, options.KeyCertificatePassword, out _, out problem)) yield return $"Portal__FormerKeyCertificates: {problem}";
        }
    }

    private static string[] FormerPaths(AccessOptions options) =>
        options.FormerKeyCertificates.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool TryRead(
        string path, string? password, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out X509Certificate2? certificate,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? problem)
    {
        (certificate, problem) = (null, null);
        try
        {
            certificate = Read(path, password);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problem = $"the file {path} cannot be read. Mount it, and let the app's user read it.";
            return false;
        }
        catch (CryptographicException)
        {
            problem = $"the file {path} holds no certificate with its private key, or Portal__KeyCertificatePassword is not its password.";
            return false;
        }
        // The keys are wrapped by the RSA key of the certificate; other kinds cannot do that.
        using var wrapping = certificate.GetRSAPrivateKey();
        if (wrapping is null) problem = $"the file {path} needs a certificate of an RSA key, with its private key.";
        return wrapping is not null;
    }

    private static X509Certificate2 Read(string path, string? password)
    {
        if (Path.GetExtension(path).ToUpperInvariant() is ".PFX" or ".P12") return X509CertificateLoader.LoadPkcs12FromFile(path, password);
        return string.IsNullOrEmpty(password)
            ? X509Certificate2.CreateFromPemFile(path)
            : X509Certificate2.CreateFromEncryptedPemFile(path, password);
    }
}
