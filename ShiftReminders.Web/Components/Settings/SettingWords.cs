namespace ShiftReminders.Web.Components.Settings;

/// <summary>What a setting is called on the page, and what it does.</summary>
internal static class SettingWords
{
    public static string Title(string key) => key switch
    {
        "site_time_zone" => "Time zone of the site",
        "site_locale" => "Language of the site",
        "look_ahead" => "Enters the queue before it is due",
        "delete_dead_host_tokens" => "Delete tokens of dead phones",
        "keep_reminders" => "Keep finished reminders for",
        "keep_runs" => "Keep the run history for",
        "keep_dead_devices" => "Keep dead phones for",
        "keep_sandbox" => "Keep simulated messages for",
        "keep_sessions" => "Keep ended sessions for",
        _ => key,
    };

    public static string Meaning(string key) => key switch
    {
        "site_time_zone" => "For shifts that name no zone, and for the times on all pages. Open pages show it when they are loaded again.",
        "site_locale" => "Texts are in this language for people who have chosen none.",
        "look_ahead" => "A reminder is queued this long before its time, so that it goes out to the second.",
        "delete_dead_host_tokens" => "On: when a service says that a phone is gone, its token is deleted from the shift app's table too.",
        "keep_reminders" => "Afterwards a reminder is forgotten, with its attempts.",
        "keep_runs" => "Afterwards runs of cron and ticks are forgotten.",
        "keep_dead_devices" => "Afterwards a phone that was gone may be tried again.",
        "keep_sandbox" => "Afterwards what simulated phones show is deleted.",
        "keep_sessions" => "Afterwards nobody sees any more where an account was signed in.",
        _ => "",
    };
}
