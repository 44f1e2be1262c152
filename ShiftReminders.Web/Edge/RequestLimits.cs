using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Web.Edge;

/// <summary>
/// How much of what is costly one account or one address may have at a time. An open page holds its place as long as its
/// line to the server lives; one that has lost its line is Blazor's to keep or to forget, within a limit of its own.
/// </summary>
public static class RequestLimits
{
    /// <summary>The policy of everything that is streamed as a file.</summary>
    public const string Exports = nameof(Exports);

    private const string NoLimit = "";

    internal static void AddRequestLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(static limits => limits.OnRejected = static async (rejected, _) => await PlainAnswer.WriteAsync(
            rejected.HttpContext, StatusCodes.Status429TooManyRequests, Sentence(rejected.HttpContext.Request)));
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<EdgeOptions>>(static (limits, edge) =>
        {
            limits.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                OpenPages(static http => Account(http), edge.Value.OpenPagesPerAccount),
                OpenPages(static http => ClientAddress.Of(http), edge.Value.OpenPagesPerAddress));
            limits.AddPolicy(Exports, http => AtOnce(Account(http), edge.Value.ExportsPerAccount));
        });
    }

    private static PartitionedRateLimiter<HttpContext> OpenPages(Func<HttpContext, string> whose, int most) =>
        PartitionedRateLimiter.Create<HttpContext, string>(http =>
            OwnCircuits.IsLine(http.Request) ? AtOnce(whose(http), most) : RateLimitPartition.GetNoLimiter(NoLimit));

    private static RateLimitPartition<string> AtOnce(string whose, int most) =>
        RateLimitPartition.GetConcurrencyLimiter(whose, _ => new() { PermitLimit = most, QueueLimit = 0 });

    private static string Account(HttpContext http) => http.User.AccountId()?.ToString() ?? "nobody";

    private static string Sentence(HttpRequest request) => OwnCircuits.IsLine(request)
        ? "As many pages are open as one account, or one address, may have. Close some of them."
        : "Another export of yours is still running. Wait until it has ended, then try again.";
}
