using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Reminders.Rules;
using ShiftReminders.Web.TestShifts;

namespace ShiftReminders.Tests.Access;

/// <summary>Every act that takes a permit, of whichever class, with a permit whose worth has ended since it was given.</summary>
public sealed class ActTransactionTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static TheoryData<string> ActMethods => [.. Methods().Select(NameOf)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ActMethods))]
    public async Task Act_of_a_session_that_has_ended_since_it_was_permitted_is_not_done(string name)
    {
        var method = Methods().Single(found => NameOf(found) == name);
        var refusals = new List<string>();
        foreach (var act in Enum.GetValues<Act>())
        {
            var permit = await portal.App.PermitAsync(portal.AdminId, act);
            Assert.True(await portal.App.Services.GetRequiredService<Sessions>().EndAsync(permit.SessionId, SessionEnd.SignedOut, Token));
            if (await RefusalOfAsync(method, permit) is { } refusal) refusals.Add(refusal);
        }

        Assert.StartsWith("Your sign-in has ended, so nothing was done.", Assert.Single(refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Act_of_somebody_who_has_lost_the_role_since_it_was_permitted_is_not_done()
    {
        var id = await portal.App.AccountAsync("demoted@example.test", Roles.Admin);
        var permit = await portal.App.PermitAsync(id, Act.ManageAccess);
        await portal.Database.OwnerDataSource.ExecuteAsync("DELETE FROM shift_reminders.account_roles WHERE user_id = $1", id);

        var result = await portal.App.Services.GetRequiredService<Accounts>().InviteAsync(permit, "crony@example.test", [Roles.Admin], "why", Token);

        Assert.Equal("Your roles have changed, so nothing was done. Ask an admin.", result.Problem);
    }

    [Fact]
    public async Task Session_cannot_be_ended_while_an_act_holds_it_and_the_end_waits_no_longer()
    {
        var permit = await portal.App.PermitAsync(portal.AdminId, Act.SaveView);
        await using var act = await portal.Database.AppDataSource.OpenConnectionAsync(Token);
        await using var transaction = await act.BeginTransactionAsync(Token);
        await using (var hold = new NpgsqlCommand($"SELECT shift_reminders.hold_session('{permit.SessionId}', ARRAY['Admin'], NULL)", act))
            await hold.ExecuteNonQueryAsync(Token);

        var ending = portal.App.Services.GetRequiredService<Sessions>().EndAsync(permit.SessionId, SessionEnd.SignedOut, Token);
        await Eventually.TrueAsync("the end waits for the act", Patience, async () => await portal.Database.OwnerDataSource.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database())"));
        Assert.False(ending.IsCompleted);
        await transaction.CommitAsync(Token);

        Assert.True(await ending);
    }

    private static IEnumerable<MethodInfo> Methods() => typeof(Acts).Assembly.GetTypes().Where(type => type != typeof(Permit))
        .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(method => method.GetParameters() is [{ ParameterType: var first }, ..] && first == typeof(Permit));

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    // Null: the method is for another act.
    private async Task<string?> RefusalOfAsync(MethodInfo method, Permit permit)
    {
        var values = method.GetParameters().Select(parameter => ValueFor(parameter.ParameterType, permit)).ToArray();
        try
        {
            var done = (Task)method.Invoke(portal.App.Services.GetRequiredService(method.DeclaringType!), values)!;
            await done;
            return (done as Task<AccessResult>)?.Result.Problem ?? "It was done.";
        }
        catch (PostgresException refusal)
        {
            return refusal.MessageText;
        }
        catch (TargetInvocationException error) when (error.InnerException is InvalidOperationException)
        {
            return null;
        }
        catch (InvalidOperationException error) when (error.Message.StartsWith("A permit to", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static object? ValueFor(Type type, Permit permit) => type switch
    {
        _ when type == typeof(Permit) => permit,
        _ when type == typeof(string) => "/anything",
        _ when type == typeof(CancellationToken) => Token,
        _ when type == typeof(IReadOnlyCollection<string>) => new[] { Roles.Supervisor },
        _ when type == typeof(IReadOnlyCollection<long>) => new[] { 1L },
        _ when type == typeof(RuleDraft) => RuleDraft.New(),
        _ when type == typeof(TestShiftPlan) => new TestShiftPlan { People = [], Shifts = 1, StartsIn = TimeSpan.Zero, Lasts = TimeSpan.FromHours(1), Why = "why" },
        _ => Nullable.GetUnderlyingType(type) is null ? Activator.CreateInstance(type) : null,
    };
}
