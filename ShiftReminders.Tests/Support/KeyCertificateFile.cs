using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ShiftReminders.Tests.Support;

/// <summary>A certificate with its private key, as openssl writes it for <c>Portal__KeyCertificatePath</c>.</summary>
internal sealed class KeyCertificateFile : IDisposable
{
    private KeyCertificateFile(string path) => Path = path;

    public string Path { get; }

    public static KeyCertificateFile Make()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=shift-reminders", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return Write($"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
    }

    /// <summary>A file with other text in its place.</summary>
    public static KeyCertificateFile Write(string text)
    {
        var path = System.IO.Path.GetTempFileName();
        File.WriteAllText(path, text);
        return new KeyCertificateFile(path);
    }

    public void Dispose() => File.Delete(Path);
}
