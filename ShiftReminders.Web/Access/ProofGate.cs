namespace ShiftReminders.Web.Access;

/// <summary>Marks a page that changes how its person signs in: whoever finds a browser that was left open gets no further.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AsksForProofAttribute : Attribute;

/// <summary>Sends people who have not shown lately who they are to the page that asks for it, from whatever is marked so.</summary>
internal static class ProofGate
{
    /// <summary>After authorization: it asks for nothing of people who are not signed in.</summary>
    public static WebApplication UseProofGate(this WebApplication app)
    {
        app.Use(static async (http, next) =>
        {
            if (http.GetEndpoint()?.Metadata.GetMetadata<AsksForProofAttribute>() is null || await IsFreshAsync(http)) await next(http);
            else http.Response.Redirect(AccessPaths.ThenBack(AccessPaths.Proof, http.Request.Path + http.Request.QueryString));
        });
        return app;
    }

    private static Task<bool> IsFreshAsync(HttpContext http) =>
        http.RequestServices.GetRequiredService<Proofs>().IsFreshAsync(http.User, http.RequestAborted);
}
