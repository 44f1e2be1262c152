using Microsoft.AspNetCore.Http.HttpResults;
using ShiftReminders.Web.Components.Layout;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Edge;

/// <summary>Answers for a database that is away or late, with a page that needs none.</summary>
internal sealed class DatabaseAway(RequestDelegate next, ILogger<DatabaseAway> logger)
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (Exception error) when (error.IsDatabaseAway() && !http.Response.HasStarted)
        {
            logger.LogWarning("The database did not answer for {Path}: {Reason}", http.Request.Path, error.GetBaseException().Message);
            await AnswerAsync(http);
        }
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        http.Response.Clear();
        http.Response.Headers.RetryAfter = $"{AskAgainAfter.TotalSeconds:0}";
        if (!http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            await PlainAnswer.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, "The database does not answer. Try again in a moment.");
            return;
        }
        // Of its own: what the failed page has begun to draw with is used up.
        await using var scope = http.RequestServices.CreateAsyncScope();
        var used = http.RequestServices;
        http.RequestServices = scope.ServiceProvider;
        try
        {
            await new RazorComponentResult<DatabaseAwayPage>(new { AskAgainAfter, CanBeLoadedAgain = HttpMethods.IsGet(http.Request.Method) })
            {
                StatusCode = StatusCodes.Status503ServiceUnavailable,
            }.ExecuteAsync(http);
        }
        finally
        {
            http.RequestServices = used;
        }
    }
}
