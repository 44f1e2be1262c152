using Npgsql;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Tests.Data;

public sealed class DatabaseTroubleTests
{
    [Theory]
    [InlineData("28000", "no pg_hba.conf entry for host \"10.1.2.3\"")]
    [InlineData("53300", "remaining connection slots are reserved")]
    [InlineData("57P01", "terminating connection due to administrator command")]
    [InlineData("08006", "connection to server at \"10.1.2.3\" failed")]
    [InlineData("3D000", "database \"secret\" does not exist")]
    public void Words_of_a_connection_are_for_nobodys_page(string state, string words)
    {
        var error = new InvalidOperationException("wrapped", new PostgresException(words, "FATAL", "FATAL", state));

        Assert.True(error.IsDatabaseAway());
        Assert.Equal("The database does not answer.", error.Sentence());
    }

    [Fact]
    public void Socket_that_was_refused_is_a_database_that_is_away() => Assert.Equal(
        "The database does not answer.", new NpgsqlException("Failed to connect to 10.1.2.3:5432").Sentence());

    [Fact]
    public void Refusal_of_what_was_asked_is_quoted()
    {
        var error = new PostgresException("The pause is over.", "ERROR", "ERROR", "SR002");

        Assert.False(error.IsDatabaseAway());
        Assert.Equal("The database answered: The pause is over.", error.Sentence());
    }
}
