namespace ShiftReminders.Web.Access;

/// <summary>What was found wrong with the cookie of a request, until its answer tells the person.</summary>
internal static class NotedProblem
{
    public static void NoteProblem(this HttpContext request, SignInProblem problem) => request.Items[typeof(SignInProblem)] = problem;

    public static SignInProblem Problem(this HttpContext request) =>
        request.Items[typeof(SignInProblem)] is SignInProblem problem ? problem : SignInProblem.None;
}
