using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Delivery;

/// <summary>Settings of delivery (<c>Delivery__…</c> in the environment).</summary>
public sealed class DeliveryOptions
{
    public const string Section = "Delivery";
    public const string Fcm = "Fcm";
    public const string SendFcm = "SendFcm";
    public const string Sandbox = "Sandbox";

    /// <summary>
    /// <c>Fcm</c>, <c>SendFcm</c> or <c>Sandbox</c>. Default: <c>Sandbox</c> in Development; anywhere else a missing
    /// channel stops the start, unless this replica is a portal alone, which has none.
    /// </summary>
    public string? Channel { get; set; }
}

internal sealed class DeliveryOptionsValidator : IValidateOptions<DeliveryOptions>
{
    private const string Choices =
        "Fcm (Firebase Cloud Messaging), SendFcm (your own edge function) or Sandbox (a simulated phone in the portal, nobody is reminded)";

    private static readonly string[] Known = [DeliveryOptions.Fcm, DeliveryOptions.SendFcm, DeliveryOptions.Sandbox];

    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Channel))
            return ValidateOptionsResult.Fail($"Delivery__Channel is missing. Set it to {Choices}.");
        return Known.Contains(options.Channel, StringComparer.OrdinalIgnoreCase)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Delivery__Channel is \"{options.Channel}\". Set it to {Choices}.");
    }
}
