using System.Diagnostics;
using System.Text.Json;
using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeFcm;

namespace ShiftReminders.Tests.Delivery.SendFcm;

/// <summary>A real <c>send_fcm</c> in TypeScript under Deno, which sends on to the fake FCM.</summary>
public sealed class EdgeFunctionProcess : IAsyncLifetime
{
    public const string Key = "eyJhbGciOiJIUzI1NiJ9.service.role";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Process deno = null!;

    public FakeFcmServer Fcm { get; private set; } = null!;

    public Uri Project { get; private set; } = null!;

    /// <summary>The devices that the function itself knows of <see cref="Sample.Person"/>.</summary>
    public static string[] KnownDevices => ["known-1", "known-2"];

    public async ValueTask InitializeAsync()
    {
        Fcm = await FakeFcmServer.StartAsync(keepBodies: true);
        deno = await Deno.StartAsync(
            Path.Combine(Repository.Root, "ShiftReminders.Tests", "Delivery", "SendFcm", "edge", "index.ts"),
            new Dictionary<string, string>
            {
                ["SUPABASE_SERVICE_ROLE_KEY"] = Key,
                ["FCM_SERVICE_ACCOUNT"] = await File.ReadAllTextAsync(Fcm.CredentialsPath),
                ["FCM_ENDPOINT"] = Fcm.Endpoint.ToString(),
                ["DEVICES"] = JsonSerializer.Serialize(new Dictionary<string, string[]> { [Sample.Person.ToString()] = KnownDevices }),
            });
        Project = await AddressAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!deno.HasExited)
            deno.Kill(entireProcessTree: true);
        deno.Dispose();
        await Fcm.DisposeAsync();
    }

    private async Task<Uri> AddressAsync()
    {
        const string Greeting = "listening on ";
        using var patience = new CancellationTokenSource(Patience);
        while (await deno.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith(Greeting, StringComparison.Ordinal))
                return new Uri(line[Greeting.Length..]);
        }
        throw new InvalidOperationException($"The edge function did not start: {await deno.StandardError.ReadToEndAsync(patience.Token)}");
    }
}
