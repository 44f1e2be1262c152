using System.CommandLine;
using Npgsql;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Web.CommandLine;

/// <summary><c>migrate</c>: brings the database to this version, or exports the migrations for the Supabase CLI.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var export = new Option<string?>("--export")
        {
            Description = "Copy the files of the releases into this directory (a host project's supabase/migrations) and touch no database.",
            HelpName = "DIR",
        };
        // For ./dev release alone.
        var compose = new Option<string?>("--compose") { Hidden = true };
        var json = Answer.JsonOption();
        var command = new Command("migrate", "Bring the database of ConnectionStrings__Migrations to this version.") { export, compose, json };
        command.SetAction(async (parsed, cancellationToken) => await ReportAsync(
            await RunAsync(parsed.GetValue(export), parsed.GetValue(compose), cancellationToken), parsed.GetValue(json)));
        return command;
    }

    private static async Task<MigrationOutcome> RunAsync(string? export, string? compose, CancellationToken cancellationToken)
    {
        if (compose is not null)
        {
            var release = ReleaseFile.Compose(Path.GetFileName(compose), DatabaseFiles.Embedded);
            await File.WriteAllTextAsync(compose, release.Sql, cancellationToken);
            return new MigrationOutcome.Migrated([release.Name], []);
        }
        return export is not null
            ? await MigrationExport.RunAsync(Releases.All, export, cancellationToken)
            : await MigrateAsync(WebApplication.CreateBuilder().Configuration, cancellationToken);
    }

    private static async Task<MigrationOutcome> MigrateAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        if (!DatabaseConnection.TryRead(configuration, DatabaseConnection.Migrations, out var target, out var error))
            return new MigrationOutcome.Refused(error);
        try
        {
            await using var owner = NpgsqlDataSource.Create(target.Target);
            var outcome = await new Migrator(owner, DatabaseFiles.Embedded).RunAsync(cancellationToken);
            return outcome is MigrationOutcome.Migrated migrated
                && DatabaseConnection.TryRead(configuration, DatabaseConnection.App, out var app, out _)
                && await new AppPassword(owner).EnsureAsync(app, cancellationToken) is { } note
                ? migrated with { Notes = [.. migrated.Notes, note] }
                : outcome;
        }
        catch (Exception failure) when (target.Explain(failure) is { } problem)
        {
            return new MigrationOutcome.Refused(problem.Sentence);
        }
    }

    private static async Task<int> ReportAsync(MigrationOutcome outcome, bool json)
    {
        if (outcome is MigrationOutcome.Refused refused) return await Answer.FailAsync(refused.Sentence);
        var migrated = (MigrationOutcome.Migrated)outcome;
        var end = migrated.Applied.Count == 0 ? "Nothing was missing." : $"Done: {migrated.Applied.Count}.";
        Answer.Write(json, new { migrated.Applied, migrated.Notes }, [.. migrated.Applied, .. migrated.Notes, end]);
        return 0;
    }
}
