using System.Text;
using Microsoft.AspNetCore.Components;
using QRCoder;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>A QR code, drawn here: what it says goes to nobody else. Dark on white in every theme, as cameras want it.</summary>
public sealed partial class QrCode
{
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    private int Size { get; set; }

    private string Dots { get; set; } = "";

    protected override void OnParametersSet()
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(Text, QRCodeGenerator.ECCLevel.M);
        var rows = data.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows.Count; x++)
            {
                if (rows[y][x]) path.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
            }
        }
        (Size, Dots) = (rows.Count, path.ToString());
    }
}
