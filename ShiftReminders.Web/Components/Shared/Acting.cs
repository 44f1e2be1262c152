using MudBlazor;
using Npgsql;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>
/// How a page acts: the database decides whether the person may, the act is done, and the person is told what became of
/// it. What the database refuses comes back as its own sentence.
/// </summary>
public sealed class Acting(Acts acts, ISnackbar snackbar)
{
    /// <param name="act">What is about to be done.</param>
    /// <param name="perform">Does it; the result says what was done, as a sentence. Empty: it says so itself.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>True when it was done.</returns>
    public async Task<bool> DoAsync(Act act, Func<Permit, Task<string>> perform, CancellationToken cancellationToken)
    {
        try
        {
            var decision = await acts.AskAsync(act, cancellationToken);
            if (decision is not Permit permit) return Refuse(((Refusal)decision).Sentence);
            var done = await perform(permit);
            if (done.Length > 0) snackbar.Add(done, Severity.Success);
            return true;
        }
        catch (PostgresException error) when (error.Refusal() is { } refusal)
        {
            return Refuse(refusal);
        }
        catch (Exception error) when (error.IsDatabaseAway())
        {
            // A commit whose answer was lost may have been done.
            return Refuse($"{error.Sentence()} It did not confirm the act: look whether it was done before you try again.");
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            return Refuse($"Nothing was changed. {error.Sentence()} Try again in a moment.");
        }
    }

    private bool Refuse(string sentence)
    {
        snackbar.Add(sentence, Severity.Error);
        return false;
    }
}
