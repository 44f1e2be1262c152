using ShiftReminders.Web.Access.Passwords;

namespace ShiftReminders.Tests.Access.Passwords;

public sealed class PasswordJudgeTests
{
    [Theory]
    [InlineData("passwordpassword")]
    [InlineData("Password1234")]
    [InlineData("P@ssw0rd2026!!")]
    [InlineData("password123456789")]
    [InlineData("Summer2026!!!!")]
    [InlineData("!!!iloveyou!!!")]
    [InlineData("letmeinletmein1")]
    [InlineData("ＰＡＳＳＷＯＲＤ１２３４")]
    public void Password_that_everybody_tries_is_refused_however_it_is_dressed(string password) =>
        Assert.Contains("everybody tries first", Problem(password), StringComparison.Ordinal);

    [Theory]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("xkxkxkxkxkxkxk")]
    [InlineData("abcdefghijklmnop")]
    [InlineData("98765432109876")]
    [InlineData("poiuytrewq-lkjhgfdsa")]
    [InlineData("aaaabbbbccccdddd")]
    public void Repetition_or_row_of_keys_is_refused_however_long(string password) => Assert.NotNull(Problem(password));

    [Theory]
    [InlineData("anna.smith2026")]
    [InlineData("Smith-Anna-1234")]
    [InlineData("ShiftReminders1!")]
    [InlineData("northwind-clinic!")]
    [InlineData("Lakeside2026!!")]
    public void Password_of_words_of_the_context_is_refused(string password) =>
        Assert.Contains("rests on your address", Problem(password), StringComparison.Ordinal);

    [Theory]
    [InlineData("a few words nobody guesses")]
    [InlineData("first-password")]
    [InlineData("xK9#mQ2$vL7p")]
    [InlineData("vier müde Störche im Nebel")]
    [InlineData("四匹の疲れたコウノトリが霧の中")]
    [InlineData("anna keeps nine grey herons")]
    [InlineData("tqzvbmwxkrpl")]
    public void Good_password_passes_without_any_kind_of_sign_being_asked_for(string password) => Assert.Null(Problem(password));

    [Fact]
    public void Password_of_more_than_sixty_four_characters_passes() =>
        Assert.Null(Problem(string.Join(' ', Enumerable.Range(0, 40).Select(n => $"{n * 7919} herons"))));

    [Theory]
    [InlineData("123456")]
    [InlineData("qwerty")]
    [InlineData("iloveyou")]
    [InlineData("dragon")]
    public void List_of_common_passwords_travels_with_the_program(string password) => Assert.True(CommonPasswords.Contains(password));

    private static string? Problem(string password) => PasswordJudge.Problem(
        password, ["shiftreminders", "shift", "reminders", "lakeside", .. PasswordJudge.WordsOf("anna.smith@northwind-clinic.example")]);
}
