using System.Net;
using System.Text.RegularExpressions;

namespace ShiftReminders.Tests.Support;

/// <summary>A browser's cookies without the browser: fills in the portal's plain forms.</summary>
public sealed partial class PortalClient : IDisposable
{
    private readonly HttpMessageHandler handler;

    public PortalClient(Uri portal, bool followRedirects = false)
    {
        handler = new HttpClientHandler { AllowAutoRedirect = followRedirects, CookieContainer = Cookies };
        Http = new HttpClient(new WholeLocations(handler)) { BaseAddress = portal };
    }

    /// <summary>With another way to the portal; cookies are the handler's then.</summary>
    public PortalClient(Uri portal, HttpMessageHandler handler)
    {
        this.handler = handler;
        Http = new HttpClient(handler, disposeHandler: false) { BaseAddress = portal };
    }

    public CookieContainer Cookies { get; } = new();

    public HttpClient Http { get; }

    public Task<HttpResponseMessage> SignInAsync(string email, string password, string returnUrl = "/") => PostFormAsync(
        $"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}", target: null, ("_handler", "sign-in"), ("Input.Email", email), ("Input.Password", password));

    /// <summary>Reads the page, then posts these values with its token: to itself, or to <paramref name="target"/>.</summary>
    public async Task<HttpResponseMessage> PostFormAsync(string page, string? target, params (string Name, string Value)[] values)
    {
        var html = await Http.GetStringAsync(page, TestContext.Current.CancellationToken);
        var token = AntiforgeryToken().Match(html).Groups[1].Value;
        var fields = values.Append(("__RequestVerificationToken", WebUtility.HtmlDecode(token)))
            .Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2));
        using var content = new FormUrlEncodedContent(fields);
        return await Http.PostAsync(target ?? page, content, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(path, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Http.Dispose();
        handler.Dispose();
    }

    /// <summary>Redirects name no host; as in a browser, they lead to the one that was asked.</summary>
    private sealed class WholeLocations(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.Headers.Location is { IsAbsoluteUri: false } place)
                answer.Headers.Location = new Uri(answer.RequestMessage!.RequestUri!, place);
            return answer;
        }
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryToken();
}
