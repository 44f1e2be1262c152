using System.Reflection;
using System.Runtime.CompilerServices;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>
/// Everything that asks for a permit takes exactly one kind of it. What is new fails until its act is named here, and so does
/// what asks for a permit without looking at it.
/// </summary>
public sealed class PermitTests
{
    private static readonly Dictionary<string, Act> ActOf = new()
    {
        ["Accounts.DisableAsync"] = Act.ManageAccess,
        ["Accounts.EnableAsync"] = Act.ManageAccess,
        ["Accounts.InviteAsync"] = Act.ManageAccess,
        ["Accounts.NewLinkAsync"] = Act.ManageAccess,
        ["Accounts.ChangeRolesAsync"] = Act.ManageAccess,
        ["Accounts.ResetSecondFactorAsync"] = Act.ManageAccess,
        ["Accounts.EndSessionAsync"] = Act.ManageAccess,
        ["Accounts.SignOutEverywhereAsync"] = Act.ManageAccess,
        ["CronActs.PauseAsync"] = Act.PauseReminders,
        ["CronActs.ResumeAsync"] = Act.PauseReminders,
        ["CronActs.RunNowAsync"] = Act.RunEnqueue,
        ["PhoneActs.BehaveAsync"] = Act.PlayPhones,
        ["PhoneActs.ClearAsync"] = Act.PlayPhones,
        ["ReminderActs.CancelAsync"] = Act.CancelReminders,
        ["ReminderActs.ResendAsync"] = Act.ResendReminders,
        ["ReminderActs.TakeBackCancelAsync"] = Act.CancelReminders,
        ["RuleChanges.RemoveAsync"] = Act.ChangeRules,
        ["RuleChanges.SaveAsync"] = Act.ChangeRules,
        ["SavedViewStore.ForgetAsync"] = Act.SaveView,
        ["SavedViewStore.SaveAsync"] = Act.SaveView,
        ["SiteSettings.ChangeAsync"] = Act.ChangeSettings,
        ["TestBatches.CreateAsync"] = Act.SeedTestShifts,
        ["TestBatches.RemoveAsync"] = Act.SeedTestShifts,
    };

    // They hold the session of any permit for whatever is named above, and do nothing by themselves.
    private static readonly Type[] Holders = [typeof(ActTransactions), typeof(AccessChange)];

    private static readonly MethodInfo[] Methods =
    [
        .. from type in typeof(Permit).Assembly.GetTypes()
           where type != typeof(Permit) && !Holders.Contains(type) && !type.Name.Contains('<', StringComparison.Ordinal)
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
           where method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Permit))
           select method,
    ];

    public static TheoryData<string, Act> EachMethodAndWrongAct => new(
        from method in ActOf from act in Enum.GetValues<Act>() where act != method.Value select (method.Key, act));

    [Fact]
    public void Every_method_that_asks_for_a_permit_says_here_for_which_act() =>
        Assert.Equal(ActOf.Keys.Order(StringComparer.Ordinal), Methods.Select(NameOf).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(EachMethodAndWrongAct))]
    public async Task Permit_for_another_act_does_nothing(string name, Act act)
    {
        var method = Methods.Single(found => NameOf(found) == name);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => CallAsync(method, PermitFor(act)));

        Assert.StartsWith("A permit to ", refusal.Message, StringComparison.Ordinal);
    }

    private static Permit PermitFor(Act act) => new(
        act,
        new Standing
        {
            SessionId = Guid.NewGuid(),
            AccountId = Guid.NewGuid(),
            Name = "admin@example.test",
            Roles = Roles.All,
            ProvedAgo = TimeSpan.Zero,
            UnusedFor = TimeSpan.Zero,
        },
        "192.0.2.1",
        proofLasts: null);

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    // The permit is looked at first: there is nothing else that the method could use, neither fields nor arguments.
    private static Task CallAsync(MethodInfo method, Permit permit) => (Task)method.Invoke(
        RuntimeHelpers.GetUninitializedObject(method.DeclaringType!),
        BindingFlags.DoNotWrapExceptions,
        binder: null,
        [.. method.GetParameters().Select(parameter => parameter.ParameterType == typeof(Permit) ? permit : Nothing(parameter.ParameterType))],
        culture: null)!;

    private static object? Nothing(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;
}
