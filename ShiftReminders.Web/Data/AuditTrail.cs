using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace ShiftReminders.Web.Data;

public static class AuditTrail
{
    /// <summary>Writes one line of the audit in the context's current transaction.</summary>
    /// <param name="database">A context inside the transaction of the act.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="act">What was done, in words.</param>
    /// <param name="subject">To which thing, such as an account's email.</param>
    /// <param name="why">The reason that was given, if one was asked for.</param>
    /// <param name="before">What it was, or null; never a secret.</param>
    /// <param name="after">What it is now, or null; never a secret.</param>
    /// <param name="cancellationToken">Cancels the write, and with it the act.</param>
    public static async Task RecordAuditAsync(
        this ShiftRemindersDb database, string actor, string act, string subject, string? why, object? before, object? after,
        CancellationToken cancellationToken)
    {
        var (beforeJson, afterJson) = (Json(before), Json(after));
        await database.Database.ExecuteSqlAsync(
            $"SELECT shift_reminders.record_audit({actor}, {act}, {subject}, {why}, {beforeJson}::jsonb, {afterJson}::jsonb)",
            cancellationToken);
    }

    private static string? Json(object? value) => value is null ? null : JsonSerializer.Serialize(value, JsonSerializerOptions.Web);
}
