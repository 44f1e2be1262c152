using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Access.Passwords;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Tests.Access.Passwords;

/// <summary>How passwords are kept and compared, over HTTP and on a real database.</summary>
public sealed class PasswordCheckTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private readonly CountingHasher hasher = new();
    private PortalApp app = null!;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        app = await PortalApp.StartAsync(database, builder => builder.Services.Replace(ServiceDescriptor.Scoped<IPasswordHasher<Account>>(_ => hasher)));
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData("nobody@example.test")]
    [InlineData("right@example.test")]
    [InlineData("disabled@example.test")]
    [InlineData("invited@example.test")]
    public async Task Answer_costs_one_hash_whatever_the_account(string email)
    {
        foreach (var known in (string[])["right@example.test", "disabled@example.test", "invited@example.test"]) await app.AccountAsync(known, Roles.Supervisor);
        await database.OwnerDataSource.ExecuteAsync("UPDATE shift_reminders.accounts SET disabled_at = now() WHERE email = 'disabled@example.test'");
        await database.OwnerDataSource.ExecuteAsync("UPDATE shift_reminders.accounts SET password_hash = NULL WHERE email = 'invited@example.test'");
        using var client = new PortalClient(app.Address);
        hasher.Verified = 0;

        (await client.SignInAsync(email, "not the password")).Dispose();

        Assert.Equal(1, hasher.Verified);
    }

    [Fact]
    public async Task Hash_of_an_older_count_is_written_anew_when_its_owner_signs_in()
    {
        var id = await app.AccountAsync("old@example.test", Roles.Supervisor);
        var old = Hasher(100_000).HashPassword(new Account(), PortalApp.Password);
        await database.OwnerDataSource.ExecuteAsync("UPDATE shift_reminders.accounts SET password_hash = $1 WHERE id = $2", old, id);
        using var client = new PortalClient(app.Address);

        (await client.SignInAsync("old@example.test", PortalApp.Password)).Dispose();

        var kept = await database.OwnerDataSource.ScalarAsync<string>("SELECT password_hash FROM shift_reminders.accounts WHERE id = $1", id);
        Assert.Equal(210_000, IterationsOf(kept!));
    }

    [Fact]
    public async Task Common_password_is_refused_with_a_sentence_wherever_one_is_set()
    {
        var accounts = app.Services.GetRequiredService<Accounts>();

        var result = await accounts.CreateAdminAsync("new@example.test", "passwordpassword", TestContext.Current.CancellationToken);

        Assert.Equal("This password is one of those that everybody tries first. Choose a few words that only you would put together.", result.Problem);
    }

    private static int IterationsOf(string hash) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(Convert.FromBase64String(hash).AsSpan(5));

    private static PasswordHasher<Account> Hasher(int iterations) => new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));

    private sealed class CountingHasher : IPasswordHasher<Account>
    {
        private readonly PasswordHasher<Account> inner = Hasher(PasswordCheck.Iterations);

        public int Verified { get; set; }

        public string HashPassword(Account user, string password) => inner.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
        {
            Verified++;
            return inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
