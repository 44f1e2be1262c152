using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace ShiftReminders.Tests.Support;

/// <summary>What axe-core finds in a page.</summary>
internal static class Axe
{
    private const string Run =
        """
        async rules => {
          const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
          const { violations } = await axe.run(document, options);
          return violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html} (${[...node.any, ...node.all].map(check => check.message).join(" ") || rule.help})`));
        }
        """;

    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>Everything that axe judges unless told otherwise.</summary>
    public static Task<string[]> ViolationsAsync(IPage page) => RunAsync(page, rules: null);

    /// <summary>What depends on colours: for a page that has been looked at in others.</summary>
    public static Task<string[]> ColourViolationsAsync(IPage page) => RunAsync(page, ["color-contrast", "link-in-text-block"]);

    // The library's own way opens a second page at every call, for frames of other hosts; the portal has none.
    private static async Task<string[]> RunAsync(IPage page, string[]? rules)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window")) await page.EvaluateAsync(Script);
        return await page.EvaluateAsync<string[]>(Run, rules);
    }
}
