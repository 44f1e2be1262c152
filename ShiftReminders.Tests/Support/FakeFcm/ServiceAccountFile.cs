using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ShiftReminders.Tests.Support.FakeFcm;

/// <summary>A service-account file as Google hands them out, with a key made for this run.</summary>
public static class ServiceAccountFile
{
    private static readonly RSA Key = RSA.Create(2048);

    public static string Json(string projectId, Uri tokenUri) => JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["type"] = "service_account",
        ["project_id"] = projectId,
        ["private_key_id"] = "fake-key",
        ["private_key"] = Key.ExportPkcs8PrivateKeyPem(),
        ["client_email"] = $"sender@{projectId}.iam.gserviceaccount.com",
        ["client_id"] = "1",
        ["token_uri"] = tokenUri.ToString(),
    });

    internal static bool IsSignedByUs(string jwt)
    {
        var parts = jwt.Split('.');
        lock (Key)
        {
            return parts.Length == 3 && Key.VerifyData(
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                Base64Url.DecodeFromChars(parts[2]),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1);
        }
    }
}
