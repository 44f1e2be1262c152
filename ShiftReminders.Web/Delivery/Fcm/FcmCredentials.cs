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
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Failed($"Fcm__CredentialsPath: \"{path}\" cannot be read ({Reason(fault)}). {Remedy}");
        }
    }

    /// <param name="json">What the file holds.</param>
    /// <param name="path">How a fault calls it.</param>
    public static FcmCredentials Parse(string json, string path)
    {
        try
        {
            var account = CredentialFactory.FromJson<ServiceAccountCredential>(json).ToGoogleCredential()
                .CreateScoped(Scope).UnderlyingCredential as ServiceAccountCredential;
            return new FcmCredentials { Account = account, ProjectId = account?.ProjectId };
        }
        catch (Exception fault)
        {
            // Google's readers of JSON, PEM and ASN.1 throw whatever comes to hand at bytes that they do not expect. Their own
            // messages may quote the file, and the file is a private key.
            return Failed($"Fcm__CredentialsPath: \"{path}\" is not a service-account file ({fault.GetType().Name}). {Remedy}");
        }
    }

    private static string Reason(Exception fault) => fault switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "this account may not read it",
        _ => fault.GetType().Name,
    };

    private static FcmCredentials Failed(string fault) => new() { Fault = fault };
}
