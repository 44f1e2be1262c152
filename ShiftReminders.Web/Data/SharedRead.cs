using System.Collections.Concurrent;

namespace ShiftReminders.Web.Data;

/// <summary>
/// One read for all who ask for the same at about the same time, however many pages are open. A failed read is not
/// kept: whoever asks next reads again.
/// </summary>
/// <param name="keepFor">How old an answer may be.</param>
/// <param name="time">The clock.</param>
public sealed class SharedRead<TKey, TValue>(TimeSpan keepFor, TimeProvider time)
    where TKey : notnull
{
    private const int MostKept = 64;
    private readonly ConcurrentDictionary<TKey, Answer> answers = new();

    /// <param name="key">What is asked for.</param>
    /// <param name="read">Reads it; not cancelled when one of those who wait goes away.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<TValue> GetAsync(TKey key, Func<CancellationToken, Task<TValue>> read, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        if (answers.Count > MostKept) ForgetOld();
        var answer = answers.AddOrUpdate(key, _ => new Answer(now, read), (_, known) => IsFresh(known) ? known : new Answer(now, read));
        try
        {
            return await answer.Value.WaitAsync(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            answers.TryRemove(new KeyValuePair<TKey, Answer>(key, answer));
            throw;
        }
    }

    /// <summary>Whoever asks after this reads again: something was just changed here.</summary>
    public void Forget() => answers.Clear();

    private bool IsFresh(Answer answer) => time.GetElapsedTime(answer.AskedAt) < keepFor;

    private void ForgetOld()
    {
        foreach (var old in answers.Where(pair => !IsFresh(pair.Value))) answers.TryRemove(old);
    }

    private sealed class Answer(long askedAt, Func<CancellationToken, Task<TValue>> read)
    {
        // AddOrUpdate may make an answer that loses the race; only the winner is read.
        private readonly Lazy<Task<TValue>> value = new(() => read(CancellationToken.None));

        public long AskedAt => askedAt;

        public Task<TValue> Value => value.Value;
    }
}
