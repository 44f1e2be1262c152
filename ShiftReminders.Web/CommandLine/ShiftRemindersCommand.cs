using System.CommandLine;

namespace ShiftReminders.Web.CommandLine;

/// <summary>The program's verbs. Without one it serves the portal and delivers reminders.</summary>
public static class ShiftRemindersCommand
{
    /// <summary>Runs the verb; the result is the process's exit code.</summary>
    /// <param name="arguments">A verb and its options, or settings of the host.</param>
    /// <param name="buildApp">Makes the whole app from arguments like <c>--urls</c>, not yet started.</param>
    public static async Task<int> RunAsync(string[] arguments, Func<string[], WebApplication> buildApp)
    {
        var parsed = Create(buildApp).Parse(arguments);
        if (parsed.CommandResult.Command is RootCommand)
            // The host hears the signal itself, and takes the time that it needs to finish what it holds.
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        // Only who serves takes settings of the host: a verb's mistyped option must not pass for one.
        return parsed.UnmatchedTokens is [var unknown, ..]
            ? await Answer.FailAsync($"'{unknown}' is no option of {parsed.CommandResult.Command.Name}; see {parsed.CommandResult.Command.Name} --help.")
            : await parsed.InvokeAsync();
    }

    private static RootCommand Create(Func<string[], WebApplication> buildApp)
    {
        var root = new RootCommand("Reminds people on shift to check in and to check out. Without a verb: serves the portal.")
        {
            MigrateCommand.Create(),
            CheckCommand.Create(buildApp),
            CreateAdminCommand.Create(buildApp),
            SendTestCommand.Create(buildApp),
            ExplainCommand.Create(),
            EnqueueCommand.Create(),
            PurgeCommand.Create(),
            HealthCommand.Create(),
        };
        // What is no verb of ours is a setting of the host, such as --urls or --environment.
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction((parsed, cancellationToken) => ServeAction.RunAsync([.. parsed.UnmatchedTokens], buildApp, cancellationToken));
        return root;
    }
}
