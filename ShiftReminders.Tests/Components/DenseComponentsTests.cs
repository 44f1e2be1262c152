using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using ShiftReminders.Web.Components.Layout;

namespace ShiftReminders.Tests.Components;

/// <summary>What a page need not say of MudBlazor's components.</summary>
public sealed class DenseComponentsTests
{
    private static readonly IServiceProvider Services = new ServiceCollection().AddMudServices().AddLogging().BuildServiceProvider();

    [Fact]
    public void Fields_of_every_kind_are_outlined_and_dense()
    {
        Assert.Equal((Variant.Outlined, Margin.Dense, true), Look(Make<MudTextField<string>>()));
        Assert.Equal((Variant.Outlined, Margin.Dense, true), Look(Make<MudNumericField<int>>()));
        Assert.Equal((Variant.Outlined, Margin.Dense, true), Look(Make<MudSelect<bool>>()));
        var picker = Make<MudDatePicker>();
        Assert.Equal((Variant.Outlined, Margin.Dense), (picker.Variant, picker.Margin));
    }

    [Fact]
    public void Default_of_every_kind_is_taken_by_a_component_of_it() => Assert.All(
        DenseComponents.Kinds.Where(kind => !kind.IsAbstract),
        kind => Assert.NotNull(Make(kind.IsGenericTypeDefinition ? kind.MakeGenericType(typeof(string)) : kind)));

    private static (Variant, Margin, bool) Look<T>(MudBaseInput<T> field) => (field.Variant, field.Margin, field.ShrinkLabel);

    private static T Make<T>() => (T)Make(typeof(T));

    private static object Make(Type component) => new DenseComponents(Services).CreateInstance(component);
}
