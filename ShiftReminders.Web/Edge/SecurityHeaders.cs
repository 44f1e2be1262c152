using Microsoft.AspNetCore.StaticAssets;

namespace ShiftReminders.Web.Edge;

/// <summary>The headers that every answer carries, whoever made it.</summary>
internal static class SecurityHeaders
{
    // Styles: MudBlazor positions popovers and draws its theme with inline styles. Scripts: our own files only.
    private const string ContentSecurity =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static WebApplication UseSecurityHeaders(this WebApplication app) => app.UseBeforeAnswers(Add);

    private static void Add(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurity;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // Everything is UTF-8. A browser that has to guess may see markup where there is none.
        if (headers.ContentType.ToString() is var type && IsText(type)) headers.ContentType = $"{type}; charset=utf-8";
        // Only the files of the build are everybody's. All else is somebody's, or of this moment.
        if (http.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null) headers.CacheControl = "no-store";
    }

    private static bool IsText(string type) =>
        (type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+xml", StringComparison.OrdinalIgnoreCase))
        && !type.Contains("charset=", StringComparison.OrdinalIgnoreCase);
}
