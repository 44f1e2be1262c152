namespace ShiftReminders.Web.Data.Migrations;

/// <summary>What became of a run of the migrations.</summary>
public abstract record MigrationOutcome
{
    private MigrationOutcome()
    {
    }

    /// <summary>The database is at this version; <paramref name="Applied"/> names what this run did for it.</summary>
    public sealed record Migrated(IReadOnlyList<string> Applied, IReadOnlyList<string> Notes) : MigrationOutcome;

    /// <summary>Nothing more was changed; <paramref name="Sentence"/> says why and what to do.</summary>
    public sealed record Refused(string Sentence) : MigrationOutcome;
}
