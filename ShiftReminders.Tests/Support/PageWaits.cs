using Microsoft.Playwright;

namespace ShiftReminders.Tests.Support;

internal static class PageWaits
{
    /// <summary>Waits until a script in the page answers something true; fails with a sentence when it does not in time.</summary>
    /// <param name="page">Where the script runs.</param>
    /// <param name="what">What is awaited, as <c>the dialog has the focus</c>.</param>
    /// <param name="script">A function, as <c>() => document.activeElement.closest('dialog')</c>.</param>
    public static async Task UntilAsync(this IPage page, string what, string script)
    {
        try
        {
#pragma warning disable RS0030 // Here it has a name.
            await page.WaitForFunctionAsync(script);
#pragma warning restore RS0030
        }
        catch (TimeoutException)
        {
            Eventually.InVain($"{what} at {page.Url}", TimeSpan.FromMilliseconds(BrowserSession.PatienceMilliseconds));
        }
    }
}
