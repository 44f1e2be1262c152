using System.CommandLine;
using System.Net;

namespace ShiftReminders.Web.CommandLine;

/// <summary>
/// <c>health</c>: asks the app that already runs here how it is. The image's health check: it holds no shell and no curl.
/// </summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var ready = new Option<bool>("--ready") { Description = "Ask whether it can do its work, not only whether it lives." };
        var url = new Option<string?>("--url") { Description = "Where it listens. Default: where the environment tells the app to." };
        url.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !Uri.TryCreate(text, UriKind.Absolute, out _))
                result.AddError($"--url is '{text}'; it must be an address such as http://127.0.0.1:8080.");
        });
        var json = Answer.JsonOption();
        var command = new Command("health", "Ask the running app how it is: 0 is well, 1 is not.") { ready, url, json };
        command.SetAction((parsed, cancellationToken) => AskAsync(
            new Uri(parsed.GetValue(url) is { } text ? new Uri(text) : OwnAddress(), parsed.GetValue(ready) ? "/health/ready" : "/health/live"),
            parsed.GetValue(json), cancellationToken));
        return command;
    }

    /// <summary>The address at which this machine reaches what <c>ASPNETCORE_URLS</c> or <c>ASPNETCORE_HTTP_PORTS</c> name.</summary>
    private static Uri OwnAddress()
    {
        var environment = new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").Build();
        var addresses = (environment["URLS"] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(BindingAddress.Parse).ToList();
        if ((addresses.Find(address => address.Scheme == Uri.UriSchemeHttp) ?? addresses.FirstOrDefault()) is { } first)
            return new UriBuilder(first.Scheme, Reachable(first.Host), first.Port).Uri;
        var port = environment["HTTP_PORTS"]?.Split(';', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return new UriBuilder(Uri.UriSchemeHttp, IPAddress.Loopback.ToString(), int.TryParse(port, out var number) ? number : 5000).Uri;
    }

    private static string Reachable(string host) => host is "+" or "*" or "0.0.0.0" or "[::]" ? IPAddress.Loopback.ToString() : host;

    private static async Task<int> AskAsync(Uri address, bool json, CancellationToken cancellationToken)
    {
        try
        {
            using var http = new HttpClient { Timeout = Patience };
            using var answer = await http.GetAsync(address, cancellationToken);
            var health = await answer.Content.ReadAsStringAsync(cancellationToken);
            Answer.Write(json, new { Address = address, Status = (int)answer.StatusCode, Health = health }, [health]);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception failure) when (failure is HttpRequestException || failure is TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return await Answer.FailAsync($"{address} does not answer: {failure.GetBaseException().Message.TrimEnd('.')}.");
        }
    }
}
