using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ShiftReminders.Web.Components.Layout;

/// <summary>
/// Makes every component, and MudBlazor's dense, outlined and flat unless a page says otherwise. MudBlazor 9 has no
/// setting for that: <see cref="MudGlobal"/> knows menus and tooltips only.
/// </summary>
internal sealed class DenseComponents(IServiceProvider services) : IComponentActivator
{
    private static readonly Dictionary<Type, (string Parameter, object Value)[]> Defaults = new()
    {
        [typeof(MudBaseInput<>)] = [("Variant", Variant.Outlined), ("Margin", Margin.Dense), ("ShrinkLabel", true)],
        [typeof(MudPicker<>)] = [("Variant", Variant.Outlined), ("Margin", Margin.Dense), ("ShrinkLabel", true)],
        [typeof(MudSelect<>)] = [("Dense", true)],
        [typeof(MudAutocomplete<>)] = [("Dense", true)],
        [typeof(MudCheckBox<>)] = [("Dense", true), ("Size", Size.Small), ("Color", Color.Primary)],
        [typeof(MudRadio<>)] = [("Dense", true), ("Size", Size.Small), ("Color", Color.Primary)],
        [typeof(MudSwitch<>)] = [("Size", Size.Small), ("Color", Color.Primary)],
        [typeof(MudButton)] = [("Variant", Variant.Outlined), ("DropShadow", false)],
        [typeof(MudIconButton)] = [("Size", Size.Small)],
        [typeof(MudMenu)] = [("Dense", true), ("Size", Size.Small)],
        [typeof(MudPaper)] = [("Elevation", 0), ("Outlined", true)],
        [typeof(MudSimpleTable)] = [("Elevation", 0), ("Dense", true), ("Hover", true)],
        [typeof(MudAlert)] = [("Dense", true)],
    };

    // How a component is made is worked out once for the process: every row of a table makes several.
    private static readonly ConcurrentDictionary<Type, Recipe> Recipes = new();

    /// <summary>Those that have a look of their own here.</summary>
    public static IReadOnlyCollection<Type> Kinds => Defaults.Keys;

    public IComponent CreateInstance(Type componentType)
    {
        var recipe = Recipes.GetOrAdd(componentType, RecipeOf);
        var component = (IComponent)recipe.Make(services, []);
        foreach (var (parameter, value) in recipe.Parameters) parameter.SetValue(component, value);
        return component;
    }

    private static Recipe RecipeOf(Type componentType) =>
        new(ActivatorUtilities.CreateFactory(componentType, Type.EmptyTypes), [.. Parameters(componentType)]);

    // The nearest class last, so that its own defaults win.
    private static IEnumerable<(PropertyInfo, object)> Parameters(Type componentType) =>
        from kind in Ancestry(componentType).Reverse()
        from set in Defaults.GetValueOrDefault(kind, [])
        select (componentType.GetProperty(set.Parameter)!, set.Value);

    private static IEnumerable<Type> Ancestry(Type? type)
    {
        for (; type is not null; type = type.BaseType) yield return type.IsGenericType ? type.GetGenericTypeDefinition() : type;
    }

    private sealed record Recipe(ObjectFactory Make, (PropertyInfo Parameter, object Value)[] Parameters);
}
