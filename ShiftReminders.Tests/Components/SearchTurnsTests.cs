using System.Security.Claims;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Tests.Components;

/// <summary>Searches of one account take turns; nobody else waits for them.</summary>
public sealed class SearchTurnsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Third_search_of_an_account_waits_for_one_of_the_two_before_it()
    {
        using var turns = new SearchTurns();
        var (anna, ben) = (Somebody(), Somebody());
        var first = await turns.TakeAsync(anna, Token);
        using var second = await turns.TakeAsync(anna, Token);

        var third = turns.TakeAsync(anna, Token);
        using var others = await turns.TakeAsync(ben, Token);

        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task Search_that_nobody_waits_for_any_more_leaves_the_line()
    {
        using var turns = new SearchTurns();
        var anna = Somebody();
        var held = new[] { await turns.TakeAsync(anna, Token), await turns.TakeAsync(anna, Token) };
        using var given = new CancellationTokenSource();

        var waiting = turns.TakeAsync(anna, given.Token);
        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.All(held, turn => turn.Dispose());
        (await turns.TakeAsync(anna, Token)).Dispose();
    }

    [Fact]
    public async Task Line_without_end_is_refused()
    {
        using var turns = new SearchTurns();
        var anna = Somebody();

        var all = Enumerable.Range(0, 200).Select(_ => turns.TakeAsync(anna, Token)).ToList();

        Assert.Contains(all, one => one.IsFaulted);
        await Assert.ThrowsAsync<TimeoutException>(() => all[^1]);
        Assert.False(all[50].IsCompleted);
    }

    private static ClaimsPrincipal Somebody() =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, Guid.NewGuid().ToString())]));
}
