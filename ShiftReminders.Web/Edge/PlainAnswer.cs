namespace ShiftReminders.Web.Edge;

/// <summary>One sentence as the whole answer, where no page can be drawn or nobody looks at one.</summary>
internal static class PlainAnswer
{
    /// <summary>Answers for an error where there are no pages. Left to the server, it would go out without a header of ours.</summary>
    public static WebApplication UsePlainErrors(this WebApplication app)
    {
        app.UseExceptionHandler(static error => error.Run(static http =>
            WriteAsync(http, StatusCodes.Status500InternalServerError, "The server ran into an error. Its log says which.")));
        return app;
    }

    public static Task WriteAsync(HttpContext http, int status, string sentence)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(sentence, http.RequestAborted);
    }
}
