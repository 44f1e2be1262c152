namespace ShiftReminders.Web.Access;

/// <summary>
/// What happens to sign-ins, rights and data: one line of log each, whose number stays the same so that alerts can rest on it
/// (DEPLOYMENT.md lists them). A line says which account, from where, and what became of it. It never holds a password, a
/// code, a link, or what was typed as an email address, which may be a password in the wrong field.
/// </summary>
public sealed partial class SecurityEvents(ILogger<SecurityEvents> logger, IHttpContextAccessor http)
{
    private const string Succeeded = "succeeded";
    private const string Refused = "refused";
    private const string Waiting = "waiting";

    /// <summary>Where the present request comes from; outside of one, this server itself.</summary>
    public string Here => http.HttpContext is { } request ? ClientAddress.Of(request) : "this server";

    [LoggerMessage(1001, LogLevel.Information, "Account {AccountId} signed in from {ClientAddress} with {Method}: {Outcome}")]
    public partial void SignedIn(Guid accountId, string clientAddress, string method, string outcome = Succeeded);

    [LoggerMessage(1002, LogLevel.Information, "Account {AccountId} showed its password from {ClientAddress} and was asked for its second factor: {Outcome}")]
    public partial void AskedForSecondFactor(Guid accountId, string clientAddress, string outcome = Waiting);

    [LoggerMessage(1003, LogLevel.Warning, "Sign-in of account {AccountId} from {ClientAddress} with {Method}: {Outcome}")]
    public partial void SignInRefused(Guid accountId, string clientAddress, string method, string outcome = Refused);

    [LoggerMessage(1004, LogLevel.Warning, "Sign-in of no known account from {ClientAddress} with {Method}: {Outcome}")]
    public partial void StrangerRefused(string clientAddress, string method, string outcome = Refused);

    [LoggerMessage(1005, LogLevel.Warning, "Attempt with {Method} from {ClientAddress}, after too many failures: {Outcome}, for {Wait}")]
    public partial void HeldBack(string clientAddress, string method, TimeSpan wait, string outcome = Waiting);

    [LoggerMessage(1006, LogLevel.Information, "Session of account {AccountId} was ended by {ActorId} from {ClientAddress} ({How}): {Outcome}")]
    public partial void SessionEnded(Guid accountId, Guid actorId, string clientAddress, string how, string outcome = Succeeded);

    [LoggerMessage(1101, LogLevel.Warning, "Account {AccountId} asked from {ClientAddress} to {Act}: {Outcome}")]
    public partial void ActRefused(string accountId, string clientAddress, Act act, string outcome = Refused);

    [LoggerMessage(1102, LogLevel.Warning, "Account {AccountId} asked from {ClientAddress} for the page {Page}: {Outcome}")]
    public partial void PageRefused(string accountId, string clientAddress, string page, string outcome = Refused);

    [LoggerMessage(1201, LogLevel.Information, "Roles of account {AccountId} were changed by {ActorId} from {ClientAddress}, from {Before} to {After}: {Outcome}")]
    public partial void RolesChanged(Guid accountId, string actorId, string clientAddress, string before, string after, string outcome = Succeeded);

    [LoggerMessage(1202, LogLevel.Information, "Account {AccountId} was made by {ActorId} from {ClientAddress} with the roles {After}: {Outcome}")]
    public partial void AccountMade(Guid accountId, string actorId, string clientAddress, string after, string outcome = Succeeded);

    [LoggerMessage(1203, LogLevel.Information, "Account {AccountId} was {Change} by {ActorId} from {ClientAddress}: {Outcome}")]
    public partial void AccountChanged(Guid accountId, string change, Guid actorId, string clientAddress, string outcome = Succeeded);

    [LoggerMessage(1301, LogLevel.Information, "A one-time link for account {AccountId} was made by {ActorId} from {ClientAddress}: {Outcome}")]
    public partial void LinkMade(Guid accountId, Guid actorId, string clientAddress, string outcome = Succeeded);

    [LoggerMessage(1302, LogLevel.Information, "The one-time link of account {AccountId} was used from {ClientAddress}: {Outcome}")]
    public partial void LinkUsed(Guid accountId, string clientAddress, string outcome = Succeeded);

    [LoggerMessage(1303, LogLevel.Warning, "A one-time link that does not work was tried from {ClientAddress} for account {AccountId}: {Outcome}")]
    public partial void LinkRefused(Guid accountId, string clientAddress, string outcome = Refused);

    [LoggerMessage(1401, LogLevel.Information, "Account {AccountId} changed its password from {ClientAddress}: {Outcome}")]
    public partial void PasswordChanged(Guid accountId, string clientAddress, string outcome = Succeeded);

    [LoggerMessage(1402, LogLevel.Warning, "Account {AccountId} gave a wrong {Proof} from {ClientAddress} when it wanted to change how it signs in: {Outcome}")]
    public partial void ProofRefused(Guid accountId, string clientAddress, string proof, string outcome = Refused);

    [LoggerMessage(1403, LogLevel.Information, "The second factor of account {AccountId} was changed by {ActorId} from {ClientAddress} ({Change}): {Outcome}")]
    public partial void SecondFactorChanged(Guid accountId, Guid actorId, string clientAddress, string change, string outcome = Succeeded);

    [LoggerMessage(1501, LogLevel.Information, "Account {AccountId} exported {What} from {ClientAddress}: {Outcome}")]
    public partial void Exported(Guid accountId, string clientAddress, string what, string outcome = Succeeded);
}
