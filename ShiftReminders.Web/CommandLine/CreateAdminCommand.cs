using System.CommandLine;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Web.CommandLine;

/// <summary><c>create-admin</c>: an admin for whoever has the server's command line.</summary>
internal static class CreateAdminCommand
{
    public static Command Create(Func<string[], WebApplication> buildApp)
    {
        var email = new Option<string>("--email") { Description = "The admin's email address, which is also the name to sign in with.", Required = true };
        var json = Answer.JsonOption();
        var command = new Command("create-admin", "Make an admin. The password is read from standard input, so that no process list shows it.") { email, json };
        command.SetAction((parsed, cancellationToken) => AppCommand.RunAsync(buildApp, async services =>
        {
            if (await AppCommand.DatabaseProblemAsync(services, cancellationToken) is { } problem) return await Answer.FailAsync(problem);
            var password = await Console.In.ReadLineAsync(cancellationToken);
            if (string.IsNullOrEmpty(password))
                return await Answer.FailAsync("No password on standard input. Example: create-admin --email you@example.org < password.txt");
            var address = parsed.GetRequiredValue(email);
            var result = await services.GetRequiredService<Accounts>().CreateAdminAsync(address, password, cancellationToken);
            if (result.Problem is not null) return await Answer.FailAsync(result.Problem);
            Answer.Write(parsed.GetValue(json), new { Email = address, Role = Roles.Admin }, [$"{address} is an admin now."]);
            return 0;
        }));
        return command;
    }
}
