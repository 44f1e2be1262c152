using Microsoft.AspNetCore.Authorization;

namespace ShiftReminders.Web.Access;

/// <summary>Names of the policies that pages ask for. A page that acts asks <see cref="Acts"/> again when it acts.</summary>
public static class Policies
{
    public const string CanSee = nameof(CanSee);
    public const string CanAct = nameof(CanAct);
    public const string CanTest = nameof(CanTest);
    public const string CanManageAccess = nameof(CanManageAccess);
    public const string CanAudit = nameof(CanAudit);
    public const string CanExport = nameof(CanExport);

    internal static IReadOnlyDictionary<string, string[]> RolesOf { get; } = new Dictionary<string, string[]>
    {
        [CanSee] = [Roles.Supervisor, Roles.Admin, Roles.Tester],
        [CanAct] = [Roles.Admin],
        [CanTest] = [Roles.Tester, Roles.Admin],
        [CanManageAccess] = [Roles.Admin],
        [CanAudit] = [Roles.Supervisor, Roles.Admin],
        [CanExport] = [Roles.Supervisor, Roles.Admin],
    };

    internal static void AddTo(AuthorizationBuilder authorization)
    {
        foreach (var (policy, roles) in RolesOf)
            authorization.AddPolicy(policy, rule => rule.RequireRole(roles));
    }
}
