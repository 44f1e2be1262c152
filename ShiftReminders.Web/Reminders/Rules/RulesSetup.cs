namespace ShiftReminders.Web.Reminders.Rules;

public static class RulesSetup
{
    /// <summary>Registers what reads and changes the rules.</summary>
    public static WebApplicationBuilder AddRules(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RuleBook>();
        builder.Services.AddSingleton<RuleChanges>();
        return builder;
    }
}
