using MudBlazor;

namespace ShiftReminders.Web.Components.Layout;

/// <summary>
/// Both palettes are sent with every page and the browser picks one by <c>data-theme</c>: switching needs no round
/// trip, and the first paint is never in the wrong colours. Every text colour keeps 4.5:1 on the surfaces it sits on.
/// <see cref="DenseComponents"/> holds what a theme cannot: sizes and variants.
/// </summary>
public static class PortalTheme
{
    public static MudTheme Light { get; } = Create(":root");

    public static MudTheme Dark { get; } = Create(":root[data-theme=dark]");

    private static readonly string[] Sans =
        ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"];

    private static MudTheme Create(string scope) => new()
    {
        PaletteLight = LightPalette(),
        PaletteDark = DarkPalette(),
        Typography = Dense(),
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "7px" },
        PseudoCss = new PseudoCss { Scope = scope },
    };

    private static PaletteLight LightPalette() => new()
    {
        Primary = "#2d50c4",
        Secondary = "#4c5869",
        Tertiary = "#0f6b7a",
        Info = "#2d50c4",
        Success = "#14713f",
        Warning = "#855200",
        Error = "#b3261e",
        Dark = "#17202b",
        Background = "#f5f6f8",
        BackgroundGray = "#edeff3",
        Surface = "#ffffff",
        TextPrimary = "#17202b",
        TextSecondary = "#4c5869",
        TextDisabled = "#626e7f",
        ActionDefault = "#4c5869",
        Divider = "#dfe3e9",
        DividerLight = "#e9ecf1",
        LinesDefault = "#dfe3e9",
        LinesInputs = "#8591a1",
        TableLines = "#e9ecf1",
        TableHover = "#f5f7fb",
        PrimaryContrastText = "#ffffff",
    };

    private static PaletteDark DarkPalette() => new()
    {
        Primary = "#9db4ff",
        Secondary = "#a9b5c5",
        Tertiary = "#7fd6e4",
        Info = "#9db4ff",
        Success = "#62d69d",
        Warning = "#f3c453",
        Error = "#ff958c",
        Dark = "#e6ebf2",
        Background = "#0e1319",
        BackgroundGray = "#1b2430",
        Surface = "#151c25",
        TextPrimary = "#e6ebf2",
        TextSecondary = "#a9b5c5",
        TextDisabled = "#8d9aad",
        ActionDefault = "#a9b5c5",
        Divider = "#283241",
        DividerLight = "#212a37",
        LinesDefault = "#283241",
        LinesInputs = "#667488",
        TableLines = "#212a37",
        TableHover = "#1a222d",
        PrimaryContrastText = "#0e1319",
        SuccessContrastText = "#0e1319",
        WarningContrastText = "#0e1319",
        ErrorContrastText = "#0e1319",
        InfoContrastText = "#0e1319",
    };

    private static Typography Dense() => new()
    {
        Default = new DefaultTypography { FontFamily = Sans, FontSize = "0.84375rem", LineHeight = "1.45", LetterSpacing = "normal" },
        H1 = new H1Typography { FontSize = "1.1875rem", FontWeight = "650", LineHeight = "1.3", LetterSpacing = "-0.01em" },
        H2 = new H2Typography { FontSize = "0.875rem", FontWeight = "650", LineHeight = "1.4", LetterSpacing = "normal" },
        H6 = new H6Typography { FontSize = "1rem", FontWeight = "650", LineHeight = "1.4", LetterSpacing = "normal" },
        H3 = new H3Typography { FontSize = "0.8125rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
        Body1 = new Body1Typography { FontSize = "0.84375rem", LineHeight = "1.45", LetterSpacing = "normal" },
        Body2 = new Body2Typography { FontSize = "0.8125rem", LineHeight = "1.45", LetterSpacing = "normal" },
        Button = new ButtonTypography { FontSize = "0.8125rem", FontWeight = "600", TextTransform = "none", LetterSpacing = "normal", LineHeight = "1.5" },
        Caption = new CaptionTypography { FontSize = "0.75rem", LetterSpacing = "normal" },
        // The text in a field, and the head of a table.
        Subtitle1 = new Subtitle1Typography { FontSize = "0.84375rem", LineHeight = "1.45", LetterSpacing = "normal" },
        Subtitle2 = new Subtitle2Typography { FontSize = "0.75rem", FontWeight = "600", LetterSpacing = "normal" },
    };
}
