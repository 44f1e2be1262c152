using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using ShiftReminders.Tests.Support.FakeFcm;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Tests.Delivery;

/// <summary>Which channel the settings choose, and what stops a start.</summary>
public sealed class DeliverySetupTests : IDisposable
{
    private readonly string credentials = Path.Combine(Path.GetTempPath(), $"account-{Guid.NewGuid():N}.json");

    public DeliverySetupTests() =>
        File.WriteAllText(credentials, ServiceAccountFile.Json("project-of-the-file", new Uri("https://oauth2.googleapis.com/token")));

    public void Dispose() => File.Delete(credentials);

    [Fact]
    public void Sandbox_is_the_channel_of_a_laptop() => Assert.Equal("Sandbox", ChannelOf("Development"));

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public void Missing_channel_stops_the_start_anywhere_else(string environment)
    {
        var faults = FaultsOf(environment);

        Assert.StartsWith("Delivery__Channel is missing. Set it to Fcm", Assert.Single(faults));
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public void Unknown_channel_stops_the_start_and_is_quoted(string environment)
    {
        var faults = FaultsOf(environment, ("Delivery:Channel", "Pigeon"));

        Assert.StartsWith("Delivery__Channel is \"Pigeon\". Set it to Fcm", Assert.Single(faults));
    }

    [Fact]
    public void Fcm_is_named_after_its_project() => Assert.Equal("Fcm:my-project", ChannelOf(
        "Production", ("Delivery:Channel", "fcm"), ("Fcm:ProjectId", "my-project"), ("Fcm:CredentialsPath", credentials)));

    [Fact]
    public void Project_and_credentials_come_from_the_names_that_google_uses() => Assert.Equal("Fcm:project-of-the-file", ChannelOf(
        "Production", ("Delivery:Channel", "Fcm"), ("GOOGLE_APPLICATION_CREDENTIALS", credentials)));

    [Fact]
    public void All_faults_of_fcm_are_reported_at_once_by_name()
    {
        var faults = FaultsOf(
            "Production",
            ("Delivery:Channel", "Fcm"),
            ("Fcm:Endpoint", "ftp://fcm"),
            ("Fcm:RequestTimeout", "00:05:00"),
            ("Fcm:ConnectTimeout", "00:00:00"),
            ("Fcm:ConnectionLifetime", "-00:00:01"),
            ("Fcm:MaxConnections", "0"));

        Assert.Equal(
            ["No credentials are set.", "Fcm__ConnectTimeout", "Fcm__ConnectionLifetime", "Fcm__Endpoint", "Fcm__MaxConnections", "Fcm__RequestTimeout"],
            faults.Select(fault => fault.StartsWith("No cred", StringComparison.Ordinal) ? "No credentials are set." : fault.Split(' ')[0])
                .OrderBy(name => name, StringComparer.Ordinal).OrderBy(name => name.StartsWith("Fcm", StringComparison.Ordinal)));
    }

    [Fact]
    public void Missing_credentials_file_is_named_with_its_setting()
    {
        var fault = Assert.Single(FaultsOf(
            "Production", ("Delivery:Channel", "Fcm"), ("Fcm:ProjectId", "p"), ("Fcm:CredentialsPath", "/nowhere/account.json")));

        Assert.Contains("Fcm__CredentialsPath: \"/nowhere/account.json\" cannot be read (there is no such file)", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"type":"authorized_user","client_id":"x","client_secret":"top secret","refresh_token":"y"}""")]
    [InlineData("""{"type":"service_account","project_id":"p","client_email":"a@b","private_key":"top secret"}""")]
    public void Malformed_credentials_file_is_named_and_never_quoted(string content)
    {
        File.WriteAllText(credentials, content);

        var fault = Assert.Single(FaultsOf("Production", ("Delivery:Channel", "Fcm"), ("Fcm:ProjectId", "p"), ("Fcm:CredentialsPath", credentials)));

        Assert.Contains($"Fcm__CredentialsPath: \"{credentials}\" is not a service-account file", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Send_fcm_takes_its_address_from_the_projects() => Assert.Equal("SendFcm:abc.supabase.co", ChannelOf(
        "Production",
        ("Delivery:Channel", "SendFcm"),
        ("SUPABASE_URL", "https://abc.supabase.co/"),
        ("SUPABASE_SERVICE_ROLE_KEY", "sb_secret_x")));

    [Fact]
    public void Send_fcm_prefers_its_own_address() => Assert.Equal("SendFcm:functions.example.org", ChannelOf(
        "Production",
        ("Delivery:Channel", "SendFcm"),
        ("SEND_FCM_URL", "https://functions.example.org/push"),
        ("SUPABASE_URL", "https://abc.supabase.co"),
        ("SUPABASE_SERVICE_ROLE_KEY", "sb_secret_x")));

    [Fact]
    public void All_faults_of_send_fcm_are_reported_at_once_by_name()
    {
        var faults = FaultsOf(
            "Production",
            ("Delivery:Channel", "SendFcm"),
            ("SendFcm:Headers:User-Agent", "Mozilla/5.0"),
            ("SendFcm:Headers:X-Split", "a\r\nb"),
            ("SendFcm:Shape", "Tokens"),
            ("SendFcm:BodyTemplate", """{"user_id":"{user_id}","x":"{surname}"}"""),
            ("SendFcm:RequestTimeout", "00:00:00"),
            ("SendFcm:MaxTokensPerCall", "0"),
            ("SendFcm:MaxReplyBytes", "1"),
            ("SendFcm:SuccessStatuses:0", "20"),
            ("SendFcm:Success:0:At", "success"),
            ("SendFcm:Success:0:Expected", "yes"),
            ("SendFcm:Errors:0:Pattern", "("));

        string[] expected =
        [
            "SEND_FCM_URL is missing", "look like a browser", "X-Split cannot be sent", "must hold \"{tokens}\"",
            "unknown placeholder \"{surname}\"", "SendFcm__RequestTimeout", "SendFcm__MaxTokensPerCall", "SendFcm__MaxReplyBytes",
            "SendFcm__SuccessStatuses holds 20", "\"success\" is no JSON pointer", "SendFcm__Success__0__Expected", "SendFcm__Errors__0__Pattern",
        ];
        Assert.All(expected, text => Assert.Single(faults, fault => fault.Contains(text, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, faults.Count);
    }

    [Theory]
    [InlineData("http://provider.example.test", true)]
    [InlineData("http://127.0.0.1:8080", false)]
    [InlineData("https://provider.example.test", false)]
    public void Plain_http_is_for_this_machine_alone(string address, bool refused)
    {
        var fcm = FaultsOf("Production", ("Delivery:Channel", "Fcm"), ("Fcm:CredentialsPath", credentials), ("Fcm:Endpoint", address), ("Fcm:MaxConnections", "0"));
        var function = FaultsOf("Production", ("Delivery:Channel", "SendFcm"), ("SEND_FCM_URL", address), ("SUPABASE_SERVICE_ROLE_KEY", "x"), ("SendFcm:MaxConnections", "0"));

        Assert.Equal(refused ? 2 : 1, fcm.Count);
        Assert.Equal(refused ? 2 : 1, function.Count);
        Assert.All(fcm.Concat(function).Where(one => one.Contains(address, StringComparison.Ordinal)),
            one => Assert.Contains("Over http anybody between could read the key", one, StringComparison.Ordinal));
    }

    [Fact]
    public void Credentials_whose_token_comes_over_plain_http_are_refused()
    {
        File.WriteAllText(credentials, ServiceAccountFile.Json("p", new Uri("http://oauth.example.test/token")));

        var fault = Assert.Single(FaultsOf("Production", ("Delivery:Channel", "Fcm"), ("Fcm:CredentialsPath", credentials)));

        Assert.StartsWith("The token_uri of the file named by Fcm__CredentialsPath is \"http://oauth.example.test/token\"", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_of_a_channel_that_is_not_chosen_stop_nothing() =>
        Assert.Equal("Sandbox", ChannelOf("Production", ("Delivery:Channel", "Sandbox"), ("Fcm:MaxConnections", "0")));

    private static string ChannelOf(string environment, params (string Key, string Value)[] settings)
    {
        using var provider = Build(environment, settings);
        provider.GetRequiredService<IStartupValidator>().Validate();
        return provider.GetRequiredService<IPushSender>().Channel;
    }

    private static List<string> FaultsOf(string environment, params (string Key, string Value)[] settings)
    {
        using var provider = Build(environment, settings);
        var fault = Record.Exception(() => provider.GetRequiredService<IStartupValidator>().Validate());
        return [.. Assert.IsType<OptionsValidationException>(fault).Failures];
    }

    private static ServiceProvider Build(string environment, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create("Host=nowhere"));
        builder.AddDelivery();
        return builder.Services.BuildServiceProvider();
    }
}
