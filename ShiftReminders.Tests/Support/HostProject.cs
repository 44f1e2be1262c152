using Npgsql;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Support;

/// <summary>The shift app's own repository: a directory with <c>supabase/migrations</c> that its team pushes.</summary>
public sealed class HostProject : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("shift-reminders-host-").FullName;
    private readonly NpgsqlConnectionStringBuilder target;

    public HostProject(string ownerConnectionString)
    {
        target = new NpgsqlConnectionStringBuilder(ownerConnectionString);
        Directory.CreateDirectory(Migrations);
        Add(
            "20250101000000_host_tables.sql",
            "SET shift_reminders.private_cluster = 'on';\n" + File.ReadAllText(Repository.Database("dev", "host_tables.sql")));
    }

    /// <summary>Where it lies, for <c>--workdir</c>.</summary>
    public string Folder => directory;

    /// <summary>The database, as the CLI wants it named.</summary>
    public string Url => $"postgresql://{target.Username}:{target.Password}@{target.Host}:{target.Port}/{target.Database}";

    public string Migrations => Path.Combine(directory, "supabase", "migrations");

    /// <summary>The host's team writes a migration.</summary>
    public void Add(string name, string sql) => File.WriteAllText(Path.Combine(Migrations, name), sql);

    /// <summary>The host's team keeps no such file.</summary>
    public void Remove(string name) => File.Delete(Path.Combine(Migrations, name));

    /// <summary>Puts beside the host's files what a release of the present files would be.</summary>
    public void AddOurs()
    {
        var release = ReleaseFile.Compose("20261128000000_shift_reminders_next.sql", DatabaseFiles.Embedded);
        Add(release.Name, release.Sql);
    }

    /// <summary>Pushes with the real CLI; the result is what it said.</summary>
    public async Task<string> PushAsync(params string[] flags)
    {
        var push = await SupabaseCli.RunAsync(["db", "push", "--remote", Url, "--workdir", directory, "--yes", .. flags]);
        Assert.True(push.ExitCode == 0, push.Output + push.Error);
        return push.Output + push.Error;
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
