using System.Globalization;
using System.Text.Json;
using ShiftReminders.Tests.Support.FakeFcm;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>The tests' fake FCM as a process of its own, so that its CPU time can be told from the app's.</summary>
internal static class FakeFcmChild
{
    public static async Task RunAsync()
    {
        await using var fcm = await FakeFcmServer.StartAsync();
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new[] { fcm.Settings, fcm.Http2Settings }));
        while (await Console.In.ReadLineAsync() is { } line)
            await Console.Out.WriteLineAsync(Obey(fcm, line.Split(' ')));
    }

    private static string Obey(FakeFcmServer fcm, string[] words)
    {
        switch (words)
        {
            case ["latency", var milliseconds]:
                var latency = TimeSpan.FromMilliseconds(double.Parse(milliseconds, CultureInfo.InvariantCulture));
                fcm.Script.Otherwise = FakeReply.Accepted.After(latency);
                return "ok";
            case ["forget"]:
                fcm.Forget();
                return "ok";
            case ["count"]:
                return fcm.Received.Count.ToString(CultureInfo.InvariantCulture);
            default:
                File.WriteAllLines(words[1], fcm.Received.Select(push => $"{push.Token}\t{push.At.UtcTicks}"));
                return "ok";
        }
    }
}
