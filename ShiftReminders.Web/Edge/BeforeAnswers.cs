namespace ShiftReminders.Web.Edge;

/// <summary>What is done to every answer at the last moment: an error handler that takes over clears what was set before.</summary>
internal static class BeforeAnswers
{
    public static WebApplication UseBeforeAnswers(this WebApplication app, Action<HttpContext> act)
    {
        app.Use((http, next) =>
        {
            http.Response.OnStarting(() =>
            {
                act(http);
                return Task.CompletedTask;
            });
            return next(http);
        });
        return app;
    }
}
