using System.Globalization;
using System.Text.Json;
using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>RFC 6901: <c>/results/0/error</c>.</summary>
internal static class JsonPointer
{
    public static bool IsValid(string pointer) => pointer.Length == 0 || pointer[0] == '/';

    public static JsonElement? Find(JsonElement root, string pointer)
    {
        var found = root;
        foreach (var step in pointer.Split('/').Skip(1))
        {
            if (Step(found, step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)) is not { } next)
                return null;
            found = next;
        }
        return found;
    }

    private static JsonElement? Step(JsonElement parent, string name) => parent.ValueKind switch
    {
        JsonValueKind.Object => JsonText.Property(parent, name),
        JsonValueKind.Array when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < parent.GetArrayLength() => parent[index],
        _ => null,
    };
}
