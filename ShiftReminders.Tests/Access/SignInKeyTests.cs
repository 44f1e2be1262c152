using System.Net;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>How the keys of cookies and links lie in the database, and who can use them.</summary>
public sealed class SignInKeyTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private const string Email = "keys@example.test";
    private readonly KeyCertificateFile certificate = KeyCertificateFile.Make();
    private readonly KeyCertificateFile other = KeyCertificateFile.Make();

    public void Dispose()
    {
        certificate.Dispose();
        other.Dispose();
    }

    [Fact]
    public async Task Keys_lie_encrypted_and_only_portals_with_the_certificate_understand_a_cookie()
    {
        await database.OwnerDataSource.ExecuteAsync("DELETE FROM shift_reminders.data_protection_keys");
        await using var first = await StartAsync(certificate.Path);
        await first.AccountAsync(Email, Roles.Supervisor);
        using var client = new PortalClient(first.Address);
        (await client.SignInAsync(Email, PortalApp.Password)).Dispose();
        await using var same = await StartAsync(certificate.Path);
        await using var replaced = await StartAsync(other.Path, $"Portal:FormerKeyCertificates={certificate.Path}");
        await using var stranger = await StartAsync(other.Path);

        Assert.True(await IsSignedInAsync(client, same));
        Assert.True(await IsSignedInAsync(client, replaced));
        Assert.False(await IsSignedInAsync(client, stranger));
        Assert.Equal(0L, await database.OwnerDataSource.ScalarAsync<long>(
            "SELECT count(*) FROM shift_reminders.data_protection_keys WHERE xml LIKE '%<masterKey%' OR xml NOT LIKE '%EncryptedData%'"));
    }

    [Fact]
    public void Certificate_that_cannot_be_used_is_told_with_its_setting_and_without_its_password()
    {
        using var empty = KeyCertificateFile.Write("nothing");
        var options = new AccessOptions { KeyCertificatePath = "/nowhere/keys.pem", KeyCertificatePassword = "sesame", FormerKeyCertificates = empty.Path };

        var failures = new AccessOptionsValidator().Validate(null, options).Failures!.ToArray();

        Assert.Contains(failures, failure => failure.StartsWith("Portal__KeyCertificatePath: the file /nowhere/keys.pem cannot be read", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.StartsWith($"Portal__FormerKeyCertificates: the file {empty.Path} holds no certificate", StringComparison.Ordinal));
        Assert.All(failures, failure => Assert.DoesNotContain("sesame", failure, StringComparison.Ordinal));
    }

    private Task<PortalApp> StartAsync(string path, params string[] more) =>
        PortalApp.StartAsync(database, [$"Portal:KeyCertificatePath={path}", .. more]);

    private static async Task<bool> IsSignedInAsync(PortalClient client, PortalApp at)
    {
        // Cookies do not know ports: the client shows the same one to every portal of this machine.
        using var answer = await client.GetAsync(new Uri(at.Address, "/").ToString());
        return answer.StatusCode == HttpStatusCode.OK;
    }
}
