using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Delivery.SendFcm;

internal static class SendFcmSetup
{
    public static IServiceCollection AddSendFcm(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SendFcmOptions>()
            .Bind(configuration.GetSection(SendFcmOptions.Section))
            .Configure(options => TakePlatformNames(options, configuration))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<SendFcmOptions>, SendFcmOptionsValidator>();
        return services.AddSingleton<IPushSender>(provider => new SendFcmPushSender(
            provider.GetRequiredService<IOptions<SendFcmOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>The names under which Supabase's own tools and the plan know these settings.</summary>
    private static void TakePlatformNames(SendFcmOptions options, IConfiguration configuration)
    {
        options.ServiceRoleKey ??= configuration["SUPABASE_SERVICE_ROLE_KEY"];
        if (options.Url is null && configuration["SEND_FCM_URL"] is { Length: > 0 } url)
            options.Url = new Uri(url, UriKind.RelativeOrAbsolute);
        if (options.Url is null && configuration["SUPABASE_URL"] is { Length: > 0 } project)
            options.Url = new Uri($"{project.TrimEnd('/')}/functions/v1/send_fcm", UriKind.RelativeOrAbsolute);
    }
}
