using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using ShiftReminders.Benchmarks.Support;

namespace ShiftReminders.Benchmarks.Functions;

/// <summary>The hot functions under BenchmarkDotNet: a short job in this process, which is not shared with the app.</summary>
internal static class FunctionsBenchmark
{
    public static Table Run()
    {
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "shift-reminders-functions"));
        var summary = BenchmarkRunner.Run<HotFunctions>(config);
        if (summary.HasCriticalValidationErrors || summary.Reports.Length == 0)
            throw new InvalidOperationException(string.Join('\n', summary.ValidationErrors.Select(error => error.Message)));
        var table = new Table("Functions, each once per reminder", "function", "time", "± standard error", "allocated");
        foreach (var report in summary.Reports) Row(table, report);
        return table;
    }

    private static void Row(Table table, BenchmarkReport report)
    {
        var time = report.ResultStatistics
            ?? throw new InvalidOperationException($"{report.BenchmarkCase.Descriptor.WorkloadMethod.Name} was not measured.");
        var bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;
        table.Add(
            report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
            $"{Figures.Count(time.Mean)} ns", $"{Figures.Count(time.StandardError)} ns", $"{Figures.Count(bytes)} B");
    }
}
