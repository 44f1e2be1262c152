using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Delivery.Fcm;

internal static class FcmSetup
{
    public static IServiceCollection AddFcm(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<FcmOptions>()
            .Bind(configuration.GetSection(FcmOptions.Section))
            .Configure(options => options.CredentialsPath ??= configuration["GOOGLE_APPLICATION_CREDENTIALS"])
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<FcmOptions>, FcmOptionsValidator>();
        return services.AddSingleton<IPushSender>(provider => new FcmPushSender(
            provider.GetRequiredService<IOptions<FcmOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
    }
}
