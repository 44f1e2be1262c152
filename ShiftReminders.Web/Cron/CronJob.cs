namespace ShiftReminders.Web.Cron;

/// <summary>A job of pg_cron's in this database.</summary>
public sealed record CronJob
{
    /// <summary>The job that runs the enqueue.</summary>
    public const string EnqueueName = "shift_reminders_every_min";

    public required long Jobid { get; init; }

    public string? Jobname { get; init; }

    public required string Schedule { get; init; }

    /// <summary>Of our own job; null: another's, whose command may carry keys.</summary>
    public string? Command { get; init; }

    public required string Username { get; init; }

    public required bool Active { get; init; }

    public string? LastStatus { get; init; }

    public DateTimeOffset? LastStart { get; init; }

    public DateTimeOffset? LastEnd { get; init; }

    public bool IsEnqueue => Jobname == EnqueueName;
}

/// <summary>One run of a job, from pg_cron's own history and the heartbeat of the enqueue that it made.</summary>
public sealed record CronRun
{
    public required long Runid { get; init; }

    public required long Jobid { get; init; }

    public string? Jobname { get; init; }

    /// <summary>starting, connecting, sending, running, succeeded or failed.</summary>
    public required string Status { get; init; }

    /// <summary>Null while it starts, and for a run that a restart cut off before that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public string? Message { get; init; }

    /// <summary>What the run's heartbeat added; null: it left none, so it queued nothing.</summary>
    public int? Queued { get; init; }

    public int? Rearmed { get; init; }

    public int? Expired { get; init; }

    public bool? Paused { get; init; }

    public string? Error { get; init; }

    public TimeSpan? Took => EndedAt - StartedAt;

    public bool IsOpen => EndedAt is null && Status is not ("succeeded" or "failed");
}

/// <summary>One run of the enqueue, whoever ran it.</summary>
public sealed record Heartbeat
{
    public required long Id { get; init; }

    /// <summary>cron, watchdog or manual.</summary>
    public required string Source { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    public required int Added { get; init; }

    public required int Rearmed { get; init; }

    public required int Expired { get; init; }

    public required bool Paused { get; init; }

    /// <summary>Another run was still at it, so this one did nothing.</summary>
    public required bool Busy { get; init; }

    public string? Error { get; init; }

    public TimeSpan Took => FinishedAt - StartedAt;
}

/// <summary>Whether pg_cron is there and may be read.</summary>
public sealed record CronStanding
{
    /// <summary>missing, not permitted, no job, inactive or active.</summary>
    public required string Standing { get; init; }

    public string? Detail { get; init; }

    /// <summary>The zone in which pg_cron reads its schedules; GMT unless the server says otherwise.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The database's clock.</summary>
    public required DateTimeOffset At { get; init; }

    public DateTimeOffset? LastTickAt { get; init; }

    public string? LastTickError { get; init; }
}

/// <summary>Reminders stand still until it ends.</summary>
public sealed record OpenPause
{
    public required DateTimeOffset StartedAt { get; init; }

    public required string StartedBy { get; init; }

    public required string Why { get; init; }

    public DateTimeOffset? Until { get; init; }
}
