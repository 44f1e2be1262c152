using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Tests.Components;

public sealed class ConfirmDialogTests : PortalContext
{
    private readonly IRenderedComponent<MudDialogProvider> provider;

    public ConfirmDialogTests()
    {
        Render<MudPopoverProvider>();
        provider = Render<MudDialogProvider>();
    }

    private IElement Confirm => provider.FindAll("button").Single(button => button.TextContent.Trim() == "Resend 37 reminders");

    [Fact]
    public async Task Act_waits_for_a_reason_and_hands_it_on()
    {
        var answer = await AskAsync(type: null);
        Assert.Equal("true", provider.Find("textarea").GetAttribute("aria-required"));
        await Confirm.ClickAsync();
        Assert.False(answer.IsCompleted);
        Assert.Contains("Say why first", provider.Markup, StringComparison.Ordinal);

        await provider.Find("textarea").InputAsync("  the channel was down ");
        await Confirm.ClickAsync();

        Assert.Equal("the channel was down", await answer);
    }

    [Fact]
    public async Task Act_on_many_waits_for_the_typed_word_too()
    {
        var answer = await AskAsync(type: "37");
        await provider.Find("textarea").InputAsync("the channel was down");
        await provider.Find("input").InputAsync("3");
        Assert.DoesNotContain("Type “37” first", provider.Markup, StringComparison.Ordinal);

        await Confirm.ClickAsync();
        Assert.False(answer.IsCompleted);
        Assert.Contains("Type “37” first", provider.Markup, StringComparison.Ordinal);
        await provider.Find("input").InputAsync("37");
        Assert.DoesNotContain("Type “37” first", provider.Markup, StringComparison.Ordinal);
        await Confirm.ClickAsync();

        Assert.Equal("the channel was down", await answer);
    }

    [Fact]
    public async Task Stepping_back_answers_nothing()
    {
        var answer = await AskAsync(type: null);

        await provider.FindAll("button").Single(button => button.TextContent.Trim() == "Cancel").ClickAsync();

        Assert.Null(await answer);
    }

    private async Task<Task<string?>> AskAsync(string? type)
    {
        Task<string?> answer = Task.FromResult<string?>(null);
        await provider.InvokeAsync(() =>
        {
            answer = Services.GetRequiredService<IDialogService>().ConfirmAsync(new Confirmation
            {
                Title = "Resend",
                Act = "Resend 37 reminders",
                Scope = (RenderFragment)(builder => builder.AddContent(0, "37 matching, all pages")),
                Type = type,
            });
        });
        return answer;
    }
}
