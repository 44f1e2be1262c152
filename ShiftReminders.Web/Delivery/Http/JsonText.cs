using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace ShiftReminders.Web.Delivery.Http;

/// <summary>
/// Reads a provider's strings, also those that are no text: a function that cuts its errors short cuts an emoji in half,
/// and <see cref="JsonElement.GetString"/> throws at what is left of it.
/// </summary>
internal static class JsonText
{
    public static string Of(JsonElement text)
    {
        try
        {
            return text.ToString();
        }
        catch (InvalidOperationException)
        {
            return Raw(text);
        }
    }

    /// <summary>The property of that name; null where there is none. A name that is no text is no name.</summary>
    public static JsonElement? Property(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object) return null;
        try
        {
            return parent.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            return parent.EnumerateObject().Where(property => NameOf(property) == name).Select(property => (JsonElement?)property.Value).LastOrDefault();
        }
    }

    /// <summary>Whether both say the same. What holds a string that is no text equals nothing.</summary>
    public static bool AreEqual(JsonElement one, JsonElement other)
    {
        try
        {
            return JsonElement.DeepEquals(one, other);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A property's name; "" for one that is no text.</summary>
    public static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>The JSON as it came; bytes that are no UTF-8 are replaced.</summary>
    public static string Raw(JsonElement element) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));
}
