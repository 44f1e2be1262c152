using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Components.TestShifts;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Tests.Components;

public sealed class PersonChoiceTests : PortalContext
{
    [Fact]
    public void Database_that_is_away_is_said_in_the_list_and_the_page_stays()
    {
        this.AddAuthorization();
        Services.AddDbContextFactory<ShiftRemindersDb>(database =>
            database.UseNpgsql($"Host=127.0.0.1;Port={Ports.Free()};Username=nobody;Password=none;Timeout=1"));
        Services.AddSingleton<People>();
        Services.AddSingleton<SearchTurns>();
        Services.AddScoped<PersonSearch>();

        var choice = Render<PersonChoice>(parameters => parameters.Add(p => p.Chosen, []));

        choice.WaitForAssertion(() => Assert.Equal(PersonSearch.Failed, choice.Find("[role=alert]").TextContent));
        choice.Find("input[type=search]").Input("Anna");
        choice.WaitForAssertion(() => Assert.Equal(PersonSearch.Failed, choice.Find("[role=alert]").TextContent));
    }
}
