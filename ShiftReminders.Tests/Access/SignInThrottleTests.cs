using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

public sealed class SignInThrottleTests
{
    private const string Anna = "anna@example.test";
    private static readonly IPAddress Stranger = IPAddress.Parse("203.0.113.7");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("198.51.100.7");

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 7, 0, 0, TimeSpan.Zero));
    private readonly SignInThrottle throttle;

    public SignInThrottleTests() => throttle = new(Options.Create(new AccessOptions()), time);

    [Fact]
    public void Wait_doubles_with_each_failure_and_never_passes_the_longest()
    {
        Fail(5, Anna, Stranger);

        var waits = new List<TimeSpan>();
        for (var failure = 0; failure < 8; failure++)
        {
            waits.Add(throttle.Begin(Anna, Stranger).Wait);
            time.Advance(waits[^1]);
            Fail(1, Anna, Stranger);
        }

        Assert.Equal([0.5, 1, 2, 4, 8, 15, 15, 15], waits.Select(wait => wait.TotalMinutes));
    }

    [Fact]
    public void Stranger_keeps_nobody_out_who_comes_from_elsewhere()
    {
        for (var attempt = 0; attempt < 1000; attempt++) throttle.Begin(Anna, Stranger);

        Assert.False(throttle.Begin(Anna, Elsewhere).MustWait);
    }

    [Fact]
    public void Stranger_in_the_same_network_does_not_keep_a_known_browser_out()
    {
        for (var attempt = 0; attempt < 1000; attempt++) throttle.Begin(Anna, Stranger);

        Assert.False(throttle.Begin(Anna, Stranger, knownBrowser: "the browser of Anna").MustWait);
    }

    [Fact]
    public void Known_browser_that_guesses_has_to_wait_too()
    {
        for (var attempt = 0; attempt < 5; attempt++) throttle.Begin(Anna, Stranger, knownBrowser: "stolen");

        Assert.True(throttle.Begin(Anna, Stranger, knownBrowser: "stolen").MustWait);
        Assert.False(throttle.Begin(Anna, Elsewhere).MustWait);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.250")]
    [InlineData("203.0.113.7", "::ffff:203.0.113.9")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff")]
    public void Addresses_of_one_network_are_one_guesser(string one, string other)
    {
        Fail(5, Anna, IPAddress.Parse(one));

        Assert.True(throttle.Begin(Anna, IPAddress.Parse(other)).MustWait);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.114.7")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1")]
    public void Addresses_of_two_networks_are_two(string one, string other)
    {
        Fail(5, Anna, IPAddress.Parse(one));

        Assert.False(throttle.Begin(Anna, IPAddress.Parse(other)).MustWait);
    }

    [Fact]
    public void One_password_tried_on_many_accounts_makes_the_network_wait()
    {
        for (var account = 0; account < 50; account++) throttle.Begin($"person-{account}@example.test", Stranger);

        Assert.True(throttle.Begin("person-51@example.test", Stranger).MustWait);
    }

    [Fact]
    public void Right_password_clears_the_account_but_not_what_the_network_tried_on_others()
    {
        for (var account = 0; account < 49; account++) throttle.Begin($"person-{account}@example.test", Stranger);
        throttle.Begin("own@example.test", Stranger).Succeeded();

        Assert.False(throttle.Begin("own@example.test", Stranger).MustWait);
        Assert.True(throttle.Begin("person-50@example.test", Stranger).MustWait);
    }

    [Fact]
    public void Attempts_at_once_gain_nothing()
    {
        var attempts = Enumerable.Range(0, 20).Select(_ => throttle.Begin(Anna, Stranger)).ToList();

        Assert.Equal(5, attempts.Count(attempt => !attempt.MustWait));
    }

    [Fact]
    public void Account_is_the_same_however_it_is_typed()
    {
        Fail(5, Anna, Stranger);

        Assert.True(throttle.Begin("  ANNA@example.TEST ", Stranger).MustWait);
    }

    [Fact]
    public void Failures_are_forgotten_after_an_hour()
    {
        Fail(5, Anna, Stranger);
        time.Advance(TimeSpan.FromHours(1));

        Fail(5, Anna, Stranger);
    }

    private void Fail(int times, string account, IPAddress address)
    {
        for (var attempt = 0; attempt < times; attempt++) Assert.False(throttle.Begin(account, address).MustWait);
    }
}
