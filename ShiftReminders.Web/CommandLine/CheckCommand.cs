using System.CommandLine;
using Npgsql;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Web.CommandLine;

/// <summary><c>check</c>: settings, database, grants, cron and channel; each line is ok or says what to do.</summary>
internal static class CheckCommand
{
    public static Command Create(Func<string[], WebApplication> buildApp)
    {
        var json = Answer.JsonOption();
        var command = new Command("check", "Check settings, database, grants, cron and the channel. Sends nothing.") { json };
        command.SetAction((parsed, cancellationToken) => AppCommand.RunAsync(buildApp, async services =>
        {
            var findings = new List<Finding> { Finding.Good("settings", "all valid") };
            var problem = await AppCommand.DatabaseProblemAsync(services, cancellationToken);
            if (problem is not null)
                findings.Add(Finding.Bad("database", problem, "See DEPLOYMENT.md, \"Connections\"."));
            var answers = problem is null
                && await LookIntoDatabaseAsync(services.GetRequiredService<NpgsqlDataSource>(), findings, cancellationToken);
            findings.Add(await ProbeAsync(services.GetService<IPushSender>(), cancellationToken));
            findings.Add(await KeyFinding.ReadAsync(services, databaseAnswers: answers, cancellationToken));
            findings.AddRange(OpenDoors.Read(services));
            Answer.Write(parsed.GetValue(json), findings, findings.Select(finding => finding.Line));
            return findings.TrueForAll(finding => finding.Ok) ? 0 : 1;
        }));
        return command;
    }

    /// <returns>False: it stopped answering.</returns>
    private static async Task<bool> LookIntoDatabaseAsync(NpgsqlDataSource database, List<Finding> findings, CancellationToken cancellationToken)
    {
        try
        {
            findings.Add(await RoleAsync(database, cancellationToken));
            findings.Add(await VersionAsync(database, cancellationToken));
            findings.Add(await SentinelAsync(database, cancellationToken));
            findings.Add(await TemporaryAsync(database, cancellationToken));
            findings.Add(await StatementTimeoutAsync(database, cancellationToken));
            await using var command = database.CreateCommand("select subject, ok, finding, remedy from shift_reminders.check_database()");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                findings.Add(new Finding
                {
                    Subject = reader.GetString(0),
                    Ok = !reader.IsDBNull(1) && reader.GetBoolean(1),
                    Found = reader.GetString(2),
                    Remedy = reader.GetString(3),
                });
            }
        }
        catch (PostgresException refusal)
        {
            findings.Add(Finding.Bad("database", refusal.MessageText, "Run migrate with this version."));
        }
        catch (Exception failure) when (failure.IsDatabaseAway())
        {
            findings.Add(Finding.Bad("database", "it lets us in and then does not answer", "Is the server frozen, or overloaded? Look at its own log and load."));
            return false;
        }
        return true;
    }

    private static async Task<Finding> RoleAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead("select current_user::text, current_setting('server_version')");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (role, version) = (reader.GetString(0), reader.GetString(1));
        return role == "shift_reminders_app"
            ? Finding.Good("database", $"PostgreSQL {version} as {role}")
            : Finding.Bad("database", $"PostgreSQL {version} as {role}", "Let ConnectionStrings__ShiftReminders name the role shift_reminders_app.");
    }

    private static async Task<Finding> VersionAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var version = await SchemaVersion.ReadAsync(database, cancellationToken);
        return SchemaVersion.Problem(version, SchemaVersion.OfThisProgram) is { } problem
            ? Finding.Bad("version", problem, "See DEPLOYMENT.md, \"Upgrade\".")
            : Finding.Good("version", $"schema {version}, program {SchemaVersion.OfThisProgram}");
    }

    // Row level security hides rows without an error: this table is never empty, so nothing here means not permitted.
    private static async Task<Finding> SentinelAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead("select exists (select from shift_reminders.reasons)");
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!
            ? Finding.Good("grants", "rows are visible")
            : Finding.Bad("grants", "row level security hides our rows", "Run migrate: the last migration grants what the app needs.");
    }

    // A hint, no fault: other programs of the same database may need temporary tables.
    private static async Task<Finding> TemporaryAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead(
            "select quote_ident(current_database()), has_database_privilege(current_database(), 'TEMPORARY')");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return Finding.Good("temporary tables", reader.GetBoolean(1)
            ? $"every role may make them; if nothing needs that: REVOKE TEMPORARY ON DATABASE {reader.GetString(0)} FROM PUBLIC"
            : "our role may make none");
    }

    private static async Task<Finding> StatementTimeoutAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead("select current_setting('statement_timeout')");
        var timeout = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        return timeout == "0"
            ? Finding.Warning("statement timeout", "a statement of ours may run for ever", "ALTER ROLE shift_reminders_app SET statement_timeout = '2min'.")
            : Finding.Good("statement timeout", timeout);
    }

    private static async Task<Finding> ProbeAsync(IPushSender? sender, CancellationToken cancellationToken)
    {
        if (sender is null) return Finding.Good("channel", "a portal alone has none");
        var result = await sender.ProbeAsync(target: null, cancellationToken);
        return result.Outcome == PushOutcome.Accepted
            ? Finding.Good("channel", $"{sender.Channel} accepts our credentials")
            : Finding.Bad("channel", $"{sender.Channel}: {result.Outcome} {result.ErrorCode} {result.Detail}".TrimEnd(),
                "See DEPLOYMENT.md, \"Channel\": the service account, the project and the API's state.");
    }
}
