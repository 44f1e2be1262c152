using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Access;
using ShiftReminders.Web.Components.Cron;
using ShiftReminders.Web.Cron;

namespace ShiftReminders.Tests.Components;

/// <summary>Dialogs of their own that ask for a reason: the button is never dead, the field says what is missing.</summary>
public sealed class RequiredReasonTests : PortalContext
{
    private readonly IRenderedComponent<MudDialogProvider> provider;

    public RequiredReasonTests()
    {
        // Nobody answers there: who has to pause in a hurry is not told what it costs, and may pause all the same.
        Services.AddSingleton(new PauseCosts(NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody;Database=none")));
        Render<MudPopoverProvider>();
        provider = Render<MudDialogProvider>();
    }

    [Fact]
    public async Task Pause_without_a_reason_says_so_at_the_field_and_pauses_with_one()
    {
        var dialog = await OpenAsync<PauseDialog>([]);

        await PressAsync("Pause all reminders");
        Assert.Contains("Say why first", provider.Markup, StringComparison.Ordinal);
        Assert.Equal("true", provider.Find("textarea").GetAttribute("aria-invalid"));
        await provider.Find("textarea").InputAsync("moving house");
        await PressAsync("Pause all reminders");

        Assert.Equal("moving house", Assert.IsType<PauseDialog.Answer>((await dialog.Result)!.Data).Why);
    }

    [Fact]
    public async Task Change_of_roles_without_a_reason_says_so_at_the_field_and_is_done_with_one()
    {
        var dialog = await OpenAsync<RolesDialog>(new DialogParameters<RolesDialog> { { d => d.Email, "ann@example.test" }, { d => d.Present, [Roles.Admin] } });

        await PressAsync("Change roles");
        Assert.Contains("Say why first", provider.Markup, StringComparison.Ordinal);
        await provider.Find("input.mud-input-slot").InputAsync(" moved on ");
        await PressAsync("Change roles");

        var answer = Assert.IsType<RolesDialog.RolesAnswer>((await dialog.Result)!.Data);
        Assert.Equal(("moved on", Roles.Admin), (answer.Why, Assert.Single(answer.Roles)));
    }

    private Task PressAsync(string words) =>
        provider.FindAll("button").Single(button => button.TextContent.Trim() == words).ClickAsync();

    private async Task<IDialogReference> OpenAsync<TDialog>(DialogParameters parameters) where TDialog : IComponent
    {
        IDialogReference? dialog = null;
        await provider.InvokeAsync(async () => dialog = await Services.GetRequiredService<IDialogService>().ShowAsync<TDialog>("", parameters));
        return dialog!;
    }
}
