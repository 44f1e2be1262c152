using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(ShiftReminders.Tests.LongestFirst))]

namespace ShiftReminders.Tests;

/// <summary>Classes with browsers and processes take longest: one that began last would run alone while a core is idle.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    // Classes of over ten seconds (./dev test --slow), then the folders whose tests are longest.
    private static readonly string[] First =
    [
        ".AccessibilityTests", ".KilledProcessTests", ".VisibleFocusTests", ".DevScriptTests", ".RouteTests", ".ReleaseUpgradeTests",
        ".ManyProcessesTests", ".RestartedDatabaseTests", ".AdoptionTests", ".KilledMigrateTests", ".RestoreTests",
        ".Tests.EndToEnd.", ".Tests.Processing.", ".Tests.Access.",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(Rank).ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];

    private static int Rank<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var rank = Array.FindIndex(First, part => collection.TestCollectionDisplayName.Contains(part, StringComparison.Ordinal));
        return rank < 0 ? First.Length : rank;
    }
}
