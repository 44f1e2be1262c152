using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(ShiftReminders.Tests.LongestFirst))]

namespace ShiftReminders.Tests;

/// <summary>Classes with browsers and processes take longest: one that began last would run alone while a core is idle.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Folders = ["EndToEnd", "Processing", "Chaos", "Access"];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(Rank).ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];

    private static int Rank<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var rank = Array.FindIndex(Folders, folder =>
            collection.TestCollectionDisplayName.Contains($".Tests.{folder}.", StringComparison.Ordinal));
        return rank < 0 ? Folders.Length : rank;
    }
}
