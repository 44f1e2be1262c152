using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Delivery.Fcm;
using ShiftReminders.Web.Delivery.Sandbox;
using ShiftReminders.Web.Delivery.SendFcm;

namespace ShiftReminders.Web.Delivery;

public static class DeliverySetup
{
    /// <summary>
    /// Registers the <see cref="IPushSender"/> that <c>Delivery__Channel</c> names, and only that channel's settings. A portal
    /// alone hands nothing over: it needs no channel, and wants the key of none.
    /// </summary>
    public static WebApplicationBuilder AddDelivery(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddOptions<DeliveryOptions>().Bind(builder.Configuration.GetSection(DeliveryOptions.Section))
            .Configure(options => options.Channel = ChannelOf(builder))
            .ValidateOnStart();
        if (IsPortalAlone(builder.Configuration) && !IsSandbox(ChannelOf(builder))) return builder;
        builder.Services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsValidator>();
        AddChannel(builder.Services, builder.Configuration, ChannelOf(builder));
        return builder;
    }

    /// <summary>On a laptop nobody is to be woken by accident; anywhere else silence must not look like delivery.</summary>
    private static string? ChannelOf(WebApplicationBuilder builder)
    {
        var named = builder.Configuration[$"{DeliveryOptions.Section}:{nameof(DeliveryOptions.Channel)}"];
        return string.IsNullOrWhiteSpace(named) && builder.Environment.IsDevelopment() ? DeliveryOptions.Sandbox : named;
    }

    private static bool IsPortalAlone(ConfigurationManager configuration) =>
        string.Equals(configuration["Processor:Enabled"], bool.FalseString, StringComparison.OrdinalIgnoreCase);

    // Its simulated phones are pages of the portal.
    private static bool IsSandbox(string? channel) => string.Equals(channel, DeliveryOptions.Sandbox, StringComparison.OrdinalIgnoreCase);

    private static IServiceCollection AddChannel(IServiceCollection services, IConfiguration configuration, string? channel) =>
        channel?.ToUpperInvariant() switch
        {
            "FCM" => services.AddFcm(configuration),
            "SENDFCM" => services.AddSendFcm(configuration),
            "SANDBOX" => services.AddSandbox(),
            // The validator says what is wrong; whoever asks for the sender first hears the same sentence.
            _ => services.AddSingleton<IPushSender>(provider => throw new InvalidOperationException(
                provider.GetRequiredService<IOptions<DeliveryOptions>>().Value.Channel)),
        };
}
