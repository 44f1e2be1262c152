using Microsoft.Playwright;

namespace ShiftReminders.Tests.Support;

/// <summary>How somebody fills in a form.</summary>
internal abstract class Hands(IPage page)
{
    /// <param name="by"><c>mouse</c> or <c>keyboard</c>.</param>
    /// <param name="page">The form's.</param>
    public static Hands Of(string by, IPage page) => by == "mouse" ? new Mouse(page) : new Keyboard(page);

    public async Task TypeAsync(string label, string text)
    {
        await GoToAsync(page.GetByLabel(label, new() { Exact = true }).First);
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync(text);
        await page.Keyboard.PressAsync("Tab");
    }

    public abstract Task ChooseAsync(string label, string option);

    public abstract Task TickAsync(string label);

    public abstract Task PressAsync(string button);

    protected abstract Task GoToAsync(ILocator control);

    private sealed class Mouse(IPage page) : Hands(page)
    {
        private readonly IPage page = page;

        public override async Task ChooseAsync(string label, string option)
        {
            await page.GetByLabel(label, new() { Exact = true }).First.ClickAsync();
            await page.GetByRole(AriaRole.Option, new() { Name = option, Exact = true }).ClickAsync();
        }

        public override Task TickAsync(string label) => page.GetByLabel(label, new() { Exact = true }).ClickAsync();

        public override Task PressAsync(string button) => page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

        protected override Task GoToAsync(ILocator control) => control.ClickAsync();
    }

    private sealed class Keyboard(IPage page) : Hands(page)
    {
        private const int MostSteps = 120;
        private readonly IPage page = page;

        public override async Task ChooseAsync(string label, string option)
        {
            await GoToAsync(page.GetByLabel(label, new() { Exact = true }).First);
            await page.Keyboard.PressAsync("Enter");
            var options = page.GetByRole(AriaRole.Option);
            await options.First.WaitForAsync();
            var words = (await options.AllInnerTextsAsync()).Select(text => text.Trim()).ToList();
            foreach (var (place, key) in Enumerable.Repeat("ArrowDown", words.IndexOf(option)).Prepend("Home").Index())
            {
                await page.Keyboard.PressAsync(key);
                await page.UntilAsync($"{words[place]} is marked", $"() => document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.innerText.trim() === '{words[place]}'");
            }
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(options).ToHaveCountAsync(0);
        }

        public override async Task TickAsync(string label)
        {
            await GoToAsync(page.GetByLabel(label, new() { Exact = true }));
            await page.Keyboard.PressAsync("Space");
        }

        public override async Task PressAsync(string button)
        {
            await GoToAsync(page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }));
            await page.Keyboard.PressAsync("Enter");
        }

        protected override async Task GoToAsync(ILocator control)
        {
            await control.WaitForAsync();
            for (var step = 0; step < MostSteps; step++)
            {
                if (await control.EvaluateAsync<bool>("control => control === document.activeElement")) return;
                await page.Keyboard.PressAsync("Tab");
            }
            Assert.Fail($"{control} cannot be reached with Tab.");
        }
    }
}
