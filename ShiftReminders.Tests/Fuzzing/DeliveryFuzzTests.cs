using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using Google.Apis.Http;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.Fcm;
using ShiftReminders.Web.Delivery.Http;
using ShiftReminders.Web.Delivery.SendFcm;

namespace ShiftReminders.Tests.Fuzzing;

/// <summary>Whatever a provider answers is judged; nothing that it answers throws.</summary>
public sealed class DeliveryFuzzTests
{
    private static readonly Gen<int> Status = Gen.OneOf(Gen.OneOf(200, 201, 204, 301, 400, 401, 403, 404, 408, 413, 429, 500, 502, 503), Gen.Int[100, 599]);

    private static readonly string[] FcmWords =
    [
        "error", "code", "status", "message", "details", "@type", "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode", "name",
        "projects/p/messages/1", "fieldViolations", "field", "message.token", "UNREGISTERED", "INVALID_ARGUMENT", "SENDER_ID_MISMATCH",
        "QUOTA_EXCEEDED", "UNAVAILABLE", "INTERNAL", "THIRD_PARTY_AUTH_ERROR", "UNAUTHENTICATED", "PERMISSION_DENIED", "NOT_FOUND",
        "The registration token is not a valid FCM registration token",
    ];

    private static readonly string[] FunctionWords =
    [
        "success", "ok", "error", "message", "sent", "failed", "results", "fcmResult", "errors", "sentCount", "successCount", "failureCount",
        "message_id", "status", "rejected", "registration-token-not-registered", "no tokens found", "UNREGISTERED", "invalid_grant", "true", "",
    ];

    private static readonly (SendFcmJudge Judge, bool HearsOfEachDevice)[] Judges =
    [
        .. from shape in Enum.GetValues<SendFcmShape>()
           from results in new[] { null, "/results", "" }
           select (new SendFcmJudge(new SendFcmOptions { Shape = shape, Results = results }),
               shape == SendFcmShape.Tokens || (shape == SendFcmShape.Token && results is not null)),
    ];

    [Fact]
    public void Reply_of_FCM_is_judged_and_accepted_only_with_the_name_of_a_message() => Fuzz.All(
        Gen.Select(Status, Fuzz.Damaged(Fuzz.Json(FcmWords))),
        reply =>
        {
            using var answer = Reply(reply.Item1, reply.Item2);
            var verdict = FcmVerdict.Of(answer);
            return verdict.Outcome == PushOutcome.Accepted
                ? answer.IsSuccess && verdict.MessageId is not null
                : Enum.IsDefined(verdict.Outcome) && verdict.MessageId is null;
        });

    [Fact]
    public void Reply_of_the_edge_function_is_judged_once_for_each_target_and_accepted_as_a_whole_only_with_a_good_status() => Fuzz.All(
        Gen.Select(Status, Fuzz.Damaged(Fuzz.Json(FunctionWords)), Gen.Int[1, 3], Gen.Int[0, Judges.Length - 1]),
        reply =>
        {
            using var answer = Reply(reply.Item1, reply.Item2);
            var (judge, hearsOfEachDevice) = Judges[reply.Item4];
            var verdicts = judge.Of(answer, reply.Item3);
            return verdicts.Count == reply.Item3
                && verdicts.All(verdict => Enum.IsDefined(verdict.Outcome) && (verdict.Outcome != PushOutcome.Accepted || answer.IsSuccess || hearsOfEachDevice));
        });

    [Fact]
    public void Retry_after_is_nothing_or_up_to_an_hour() => Fuzz.All(
        Gen.Select(
            Fuzz.TextOf("1", "120", "-5", "Sat, 28 Nov 2026 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", " ", ","),
            Fuzz.TextOf("Sat, 28 Nov 2026 11:59:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT")),
        header =>
        {
            using var response = new HttpResponseMessage();
            response.Headers.TryAddWithoutValidation("Retry-After", header.Item1);
            response.Headers.TryAddWithoutValidation("Date", header.Item2);
            return RetryAfter.Of(response.Headers, TimeProvider.System) is not { } wait || (wait >= TimeSpan.Zero && wait <= TimeSpan.FromHours(1));
        });

    [Fact]
    public void Refusal_of_the_token_endpoint_becomes_one_sentence_without_its_secrets()
    {
        const string secret = "ya29.a0AfH6SMBxverylongaccesstokenthatmustnotbeshown0123456789";
        Fuzz.All(
            Gen.Select(Status, Fuzz.TextOf("invalid_grant", "invalid_client", "iat", "clock", secret, " "), Fuzz.TextOf("invalid_grant", "unauthorized_client", "_")),
            answer =>
            {
                var refusal = new TokenErrorResponse { Error = answer.Item3, ErrorDescription = answer.Item2 };
                var authorization = FcmTokenFault.Of(new TokenResponseException(refusal, (HttpStatusCode)answer.Item1), "oauth.example.test", DateTimeOffset.UnixEpoch);
                return authorization.Fault is { Length: > 0 and < 600 } fault && !fault.Contains(secret, StringComparison.Ordinal) && authorization.Header is null;
            });
    }

    [Fact]
    public async Task Answer_of_the_token_endpoint_becomes_a_header_that_can_be_sent_or_a_fault()
    {
        var issuer = new Issuer();
        using var key = RSA.Create(512);
        await Fuzz.AllAsync(
            Gen.Select(Status, Fuzz.Damaged(Fuzz.Json(
                "access_token", "ya29.token", "expires_in", "3599", "token_type", "Bearer", "id_token", "error", "invalid_grant", "error_description", "a\nb"))),
            async answer =>
            {
                Issuer.Answers(answer);
                var account = new ServiceAccountCredential(new ServiceAccountCredential.Initializer("app@p.iam.example.test", "https://oauth.example.test/token")
                {
                    Key = key,
                    HttpClientFactory = issuer,
                    DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
                });
                var tokens = new FcmAccessTokens(account, TimeSpan.FromSeconds(5), TimeProvider.System);
                var authorization = await tokens.GetAsync(TestContext.Current.CancellationToken);
                using var request = new HttpRequestMessage();
                return authorization.Fault is not null
                    || request.Headers.TryAddWithoutValidation("Authorization", authorization.Header)
                        && authorization.Header is { Length: > 7 } header && header.All(letter => letter is >= ' ' and <= '~');
            });
    }

    [Fact]
    public void Service_account_file_is_read_or_refused_in_a_sentence_that_quotes_nothing_of_it()
    {
        using var rsa = RSA.Create(512);
        var key = rsa.ExportPkcs8PrivateKeyPem();
        var good = $$"""{"type":"service_account","project_id":"p","private_key":{{System.Text.Json.JsonSerializer.Serialize(key)}},"client_email":"a@p.iam.example.test","token_uri":"https://oauth.example.test/token"}""";
        Fuzz.All(
            Gen.OneOf(
                Fuzz.Damaged(Gen.Const(good)),
                Fuzz.Damaged(Fuzz.Json("type", "service_account", "authorized_user", "external_account", "project_id", "private_key", key, "client_email", "token_uri", "universe_domain", "quota_project_id"))),
            file =>
            {
                var credentials = FcmCredentials.Parse(Encoding.UTF8.GetString(file), "key.json");
                return credentials.Account is null
                    ? credentials.Fault is { } fault && fault.StartsWith("Fcm__CredentialsPath: \"key.json\" is not", StringComparison.Ordinal) && !fault.Contains("PRIVATE", StringComparison.Ordinal)
                    : credentials.Fault is null;
            });
    }

    private static ProviderReply Reply(int status, byte[] bytes)
    {
        var body = new PooledBuffer();
        body.Write(bytes);
        return new ProviderReply { Status = status, Body = body, MediaType = "application/json" };
    }

    /// <summary>Plays the token endpoint without a network.</summary>
    private sealed class Issuer : HttpMessageHandler, Google.Apis.Http.IHttpClientFactory
    {
        // Flows to where the token is asked for, whichever thread that is.
        private static readonly AsyncLocal<(int Status, byte[] Body)> Next = new();

        public static void Answers((int, byte[]) next) => Next.Value = next;

        public ConfigurableHttpClient CreateHttpClient(CreateHttpClientArgs args) => new(new ConfigurableMessageHandler(this));

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage((HttpStatusCode)Next.Value.Status) { Content = new ByteArrayContent(Next.Value.Body) });
    }
}
