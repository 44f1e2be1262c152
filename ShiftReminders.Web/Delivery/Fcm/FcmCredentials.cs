using System.Security.Cryptography;
using System.Text.Json;
using Google.Apis.Auth.OAuth2;

namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>A service account as read from its file, or a sentence that says what is wrong with the file.</summary>
internal sealed record FcmCredentials
{
    private const string Scope = "https://www.googleapis.com/auth/firebase.messaging";
    private const string Remedy = "Fcm__CredentialsPath (or GOOGLE_APPLICATION_CREDENTIALS) must name a service-account file.";

    public ServiceAccountCredential? Account { get; private init; }

    public string? ProjectId { get; private init; }

    public string? Fault { get; private init; }

    public static FcmCredentials Read(string? path)
    {
        if (string.IsNullOrWhiteSpace(path))
            return Failed($"No credentials are set. {Remedy}");

        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Failed($"Fcm__CredentialsPath: \"{path}\" cannot be read ({Reason(fault)}). {Remedy}");
        }
        catch (Exception fault) when (IsMalformed(fault))
        {
            // The parser's own message may quote the file, and the file is a private key.
            return Failed($"Fcm__CredentialsPath: \"{path}\" is not a service-account file ({fault.GetType().Name}). {Remedy}");
        }
    }

    private static FcmCredentials Parse(string json)
    {
        var account = CredentialFactory.FromJson<ServiceAccountCredential>(json).ToGoogleCredential()
            .CreateScoped(Scope).UnderlyingCredential as ServiceAccountCredential;
        return new FcmCredentials { Account = account, ProjectId = account?.ProjectId };
    }

    private static bool IsMalformed(Exception fault) =>
        fault is InvalidOperationException or ArgumentException or FormatException or CryptographicException
            or JsonException or Newtonsoft.Json.JsonException;

    private static string Reason(Exception fault) => fault switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "this account may not read it",
        _ => fault.GetType().Name,
    };

    private static FcmCredentials Failed(string fault) => new() { Fault = fault };
}
