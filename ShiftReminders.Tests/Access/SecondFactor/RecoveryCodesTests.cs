using ShiftReminders.Web.Access.SecondFactor;

namespace ShiftReminders.Tests.Access.SecondFactor;

public sealed class RecoveryCodesTests
{
    [Fact]
    public void Code_works_once_however_it_is_typed_and_the_others_stay()
    {
        var codes = RecoveryCodes.Make();
        var kept = RecoveryCodes.Kept(codes);

        var rest = RecoveryCodes.Without(kept, $" {codes[3].ToUpperInvariant().Replace('-', ' ')} ");

        Assert.Equal(9, RecoveryCodes.Left(rest));
        Assert.Null(RecoveryCodes.Without(rest, codes[3]));
        Assert.NotNull(RecoveryCodes.Without(rest, codes[4]));
    }

    [Fact]
    public void Codes_themselves_are_not_kept()
    {
        var codes = RecoveryCodes.Make();

        Assert.All(codes, code => Assert.DoesNotContain(code[..6], RecoveryCodes.Kept(codes), StringComparison.Ordinal));
        Assert.Equal(10, codes.Distinct().Count());
    }

    [Fact]
    public void Code_holds_more_than_128_random_bits()
    {
        var letters = RecoveryCodes.Make().SelectMany(code => code).Where(char.IsLetterOrDigit).ToList();

        // Of 280 random letters nearly all of the alphabet's come up, and the fewest of them tell how much one holds at least.
        Assert.InRange(letters.Count / RecoveryCodes.Count * Math.Log2(letters.Distinct().Count()), 128, double.MaxValue);
    }

    [Theory]
    [InlineData(null, "anything")]
    [InlineData("", "")]
    [InlineData("aa bb", "")]
    public void Nothing_is_no_code(string? kept, string code) => Assert.Null(RecoveryCodes.Without(kept, code));
}
