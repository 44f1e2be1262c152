using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>The viewer's own named filters of a page.</summary>
public sealed partial class SavedViews
{
    private readonly string menuId = $"views-{Guid.NewGuid():N}";
    private IReadOnlyList<SavedView> views = [];
    private string name = "";
    private string? problem;

    [Inject]
    public required SavedViewStore Store { get; set; }

    [Inject]
    public required Acts Acts { get; set; }

    /// <summary>The page they belong to.</summary>
    [Parameter, EditorRequired]
    public required string Page { get; set; }

    /// <summary>The address that would be saved.</summary>
    [Parameter, EditorRequired]
    public required string Url { get; set; }

    protected override Task OnInitializedAsync() => RendererInfo.IsInteractive ? DoAsync(_ => Task.FromResult<string?>(null)) : Task.CompletedTask;

    private Task SaveAsync() => DoAsync(async permit =>
    {
        var refused = await Store.SaveAsync(permit, Page, name.Trim(), Url, CancellationToken.None);
        if (refused is null) name = "";
        return refused;
    });

    private Task ForgetAsync(SavedView view) => DoAsync(async permit =>
    {
        await Store.ForgetAsync(permit, Page, view.Name, CancellationToken.None);
        return null;
    });

    private async Task DoAsync(Func<Permit, Task<string?>> act)
    {
        try
        {
            switch (await Acts.AskAsync(Act.SaveView, CancellationToken.None))
            {
                case Refusal refusal:
                    problem = refusal.Sentence;
                    break;
                case Permit permit:
                    problem = await act(permit);
                    views = await Store.ReadAsync(permit.AccountId, Page, CancellationToken.None);
                    break;
            }
        }
        catch (PostgresException error) when (error.Refusal() is { } refusal)
        {
            problem = refusal;
        }
        catch (Exception error) when (error is NpgsqlException or DbUpdateException)
        {
            problem = "The views could not be reached; the list itself is not affected. Try again in a moment.";
        }
    }
}
