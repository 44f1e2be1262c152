using System.Net.Sockets;

namespace ShiftReminders.Web.Delivery.Http;

/// <summary>Puts a network fault into words that name the host and never the content.</summary>
internal static class FaultWords
{
    public static string Of(Exception fault) => fault switch
    {
        HttpRequestException { InnerException: SocketException socket } http =>
            $"{http.HttpRequestError}: {socket.SocketErrorCode}",
        HttpRequestException http => $"{http.HttpRequestError}: {http.GetBaseException().GetType().Name}",
        SocketException socket => socket.SocketErrorCode.ToString(),
        _ => fault.GetBaseException().GetType().Name,
    };
}
