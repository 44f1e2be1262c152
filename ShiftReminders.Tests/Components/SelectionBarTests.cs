using Bunit;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components.Reminders;

namespace ShiftReminders.Tests.Components;

public sealed class SelectionBarTests : PortalContext
{
    [Theory]
    [InlineData(false, "Resend 3 selected …")]
    [InlineData(true, "Cancel 3 selected …")]
    public void Selection_is_acted_on_by_the_one_primary_button(bool cancelFirst, string expected)
    {
        var bar = Render<SelectionBar>(p => p.Add(x => x.Count, 3).Add(x => x.CancelFirst, cancelFirst));

        Assert.Equal(expected, Assert.Single(bar.FindAll("button.mud-button-filled")).TextContent);
        Assert.Equal("3 selected", bar.Find("[role=status]").TextContent);
    }

    [Fact]
    public void Nothing_ticked_leaves_no_button_and_nothing_to_say()
    {
        var bar = Render<SelectionBar>(p => p.Add(x => x.Count, 0));

        Assert.Empty(bar.FindAll("button"));
        Assert.Equal("", bar.Find("[role=status]").TextContent);
    }
}
