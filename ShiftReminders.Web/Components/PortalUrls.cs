using System.Globalization;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Web.Components;

/// <summary>Every address of the portal. Pages add what goes into their query strings.</summary>
public static class PortalUrls
{
    public const string Now = "/";
    public const string Due = "/due";
    public const string Reminders = "/reminders";
    public const string RemindersExport = "/reminders/export";
    public const string Explain = "/explain";
    public const string Shifts = "/shifts";
    public const string Tonight = "/tonight";
    public const string TonightExport = "/tonight/export";
    public const string Cron = "/cron";
    public const string TestShifts = "/test-shifts";
    public const string Phone = "/phone";
    public const string Rules = "/rules";
    public const string Settings = "/settings";
    public const string Access = "/access";
    public const string Audit = "/audit";
    public const string Account = "/account";
    public const string SignIn = AccessPaths.SignIn;
    public const string SignInCode = AccessPaths.SignInCode;
    public const string SecondFactor = AccessPaths.SecondFactor;
    public const string Passkeys = AccessPaths.Passkeys;
    public const string SignOut = AccessPaths.SignOut;
    public const string OpenIdSignIn = AccessPaths.OpenIdSignIn;
    public const string Invitation = AccessPaths.Invitation;
    public const string AccessDenied = AccessPaths.AccessDenied;
    public const string Error = "/error";
    public const string NotFound = "/not-found";

    /// <summary>The list of reminders that match a free text; the same name as the list's own search box.</summary>
    public const string SearchParameter = "q";

    public static string Reminder(long id) => $"{Reminders}/{id}";

    /// <summary>The details of one as a file.</summary>
    public static string ReminderExport(long id) => $"{Reminder(id)}/export";

    public static string RemindersOfShift(long shift) => string.Create(CultureInfo.InvariantCulture, $"{Reminders}?shift={shift}");

    public static string RemindersOfPerson(Guid person) => $"{Reminders}?person={person}";

    /// <summary>The run history from that run on back.</summary>
    public static string CronFrom(long run) => string.Create(CultureInfo.InvariantCulture, $"{Cron}?before={run + 1}");

    /// <summary>"Why was this person not reminded of that shift?"; the reminder need not exist.</summary>
    public static string ExplainOne(long shift, Guid person, string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"{Explain}?shift={shift}&person={person}&kind={Uri.EscapeDataString(kind)}");

    /// <summary>The OpenID provider is told to ask again, although it knows the person.</summary>
    public static string OpenIdSignInAgain(string localUrl) => $"{OpenIdSignIn}?again=true&returnUrl={Uri.EscapeDataString(localUrl)}";

    public static string SignInThenBack(string localUrl) => AccessPaths.ThenBack(SignIn, localUrl);
}
