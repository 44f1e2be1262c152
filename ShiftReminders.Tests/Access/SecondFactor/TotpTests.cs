using ShiftReminders.Web.Access.SecondFactor;

namespace ShiftReminders.Tests.Access.SecondFactor;

public sealed class TotpTests
{
    // "12345678901234567890", the secret of RFC 6238's own examples, in base 32.
    private const string Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Code_is_what_the_standard_says(long second, string code) => Assert.Equal(code, Totp.CodeAt(Key, At(second)));

    [Theory]
    [InlineData(-60, false)]
    [InlineData(-30, true)]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(60, false)]
    public void Code_of_a_clock_that_is_half_a_minute_off_is_right_and_one_of_a_minute_is_not(int seconds, bool right) =>
        Assert.Equal(right, Totp.StepOf(Key, Totp.CodeAt(Key, At(1000000020 + seconds)), At(1000000020), lastUsed: null) is not null);

    [Fact]
    public void Code_that_was_used_and_those_before_it_are_wrong()
    {
        var now = At(1000000020);
        var used = Totp.StepOf(Key, Totp.CodeAt(Key, now), now, lastUsed: null);

        Assert.Null(Totp.StepOf(Key, Totp.CodeAt(Key, now), now, used));
        Assert.Null(Totp.StepOf(Key, Totp.CodeAt(Key, now.AddSeconds(-30)), now, used));
        Assert.NotNull(Totp.StepOf(Key, Totp.CodeAt(Key, now.AddSeconds(30)), now, used));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("äöü")]
    public void What_is_no_code_is_wrong(string code) => Assert.Null(Totp.StepOf(Key, code, At(1000000020), lastUsed: null));

    [Fact]
    public void New_key_is_long_random_and_what_apps_read()
    {
        var key = Totp.NewKey();

        Assert.Equal(32, key.Length);
        Assert.NotEqual(key, Totp.NewKey());
        Assert.Equal(
            $"otpauth://totp/Shift%20Reminders:anna%40example.test?secret={key}&issuer=Shift%20Reminders",
            Totp.Address("Shift Reminders", "anna@example.test", key));
    }

    private static DateTimeOffset At(long second) => DateTimeOffset.FromUnixTimeSeconds(second);
}
