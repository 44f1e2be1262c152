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

    /// <summary>The JSON as it came; bytes that are no UTF-8 are replaced.</summary>
    public static string Raw(JsonElement element) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));
}
