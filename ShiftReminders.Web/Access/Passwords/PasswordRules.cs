using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access.Passwords;

/// <summary>Refuses passwords that are easily guessed, besides Identity's own rule about length.</summary>
internal sealed class PasswordRules(IOptions<AccessOptions> access, IOptions<OpenIdOptions> organisation) : IPasswordValidator<Account>
{
    private static readonly string[] Product = ["shiftreminders", "shift", "reminders", "reminder"];

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) => Task.FromResult(
        PasswordJudge.Problem(password ?? "", [.. WordsAround(user.Email, access.Value), .. PasswordJudge.WordsOf(organisation.Value.DisplayName)]) is { } problem
            ? IdentityResult.Failed(new IdentityError { Code = "PasswordIsGuessed", Description = problem })
            : IdentityResult.Success);

    internal static IEnumerable<string> WordsAround(string? email, AccessOptions access) =>
        [.. Product, .. PasswordJudge.WordsOf(email), .. PasswordJudge.WordsOf(access.PasswordWords)];
}
