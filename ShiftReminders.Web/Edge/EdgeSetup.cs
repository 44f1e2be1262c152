using Microsoft.AspNetCore.HttpsPolicy;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Web.Edge;

public static class EdgeSetup
{
    private static readonly TimeSpan HttpsOnlyFor = TimeSpan.FromDays(365);

    /// <summary>Registers what stands between the network and the pages.</summary>
    public static WebApplicationBuilder AddEdge(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<EdgeOptions>, EdgeOptionsValidator>();
        builder.Services.AddOptions<EdgeOptions>().BindConfiguration(EdgeOptions.Section).ValidateOnStart();
        builder.Services.AddRequestLimits();
        builder.Services.Configure<HstsOptions>(hsts => (hsts.MaxAge, hsts.IncludeSubDomains) = (HttpsOnlyFor, true));
        return builder;
    }

    /// <summary>What holds for every answer, a processor's too. First in the pipeline.</summary>
    public static WebApplication UseEdge(this WebApplication app)
    {
        app.UseKnownProxies();
        app.UseSecurityHeaders();
        app.UseLocalRedirects();
        if (!app.Environment.IsDevelopment()) app.UseHsts();
        app.UseAllowedHosts();
        app.Use(RefuseTrace);
        return app;
    }

    // Health and metrics answer any method that they are asked by; this one is asked by nobody who means well.
    private static Task RefuseTrace(HttpContext http, RequestDelegate next)
    {
        if (!HttpMethods.IsTrace(http.Request.Method)) return next(http);
        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        return Task.CompletedTask;
    }
}
