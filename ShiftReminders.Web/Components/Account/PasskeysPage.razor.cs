using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Access.SecondFactor;

namespace ShiftReminders.Web.Components.Account;

/// <summary>Adds, lists and removes one's own passkeys.</summary>
public sealed partial class PasskeysPage
{
    private IReadOnlyList<Passkey> passkeys = [];

    [Inject]
    public required Passkeys Passkeys { get; set; }

    [Inject]
    internal SignIns SignIns { get; set; } = null!;

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    [SupplyParameterFromForm(FormName = "add")]
    public NewPasskey Input { get; set; } = null!;

    private string? Message { get; set; }

    private bool Failed { get; set; }

    private Guid Id => Http.User.AccountId()!.Value;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new NewPasskey();
        await ReadAsync();
    }

    private async Task AddAsync()
    {
        if (!Passkeys.AreOn) return;
        var result = await SignIns.AddPasskeyAsync(Id, Input.Credential ?? "", Input.Name.Trim(), Http.RequestAborted);
        await TellAsync(result, $"The passkey {Input.Name.Trim()} is added.");
        Input = new NewPasskey();
    }

    private async Task RemoveAsync(Passkey passkey) =>
        await TellAsync(await Passkeys.RemoveAsync(Id, passkey.Id, Http.RequestAborted), $"The passkey {passkey.Name} is removed. Remove it from your device too.");

    private async Task TellAsync(AccessResult result, string done)
    {
        Message = result.Problem ?? done;
        Failed = !result.Succeeded;
        await ReadAsync();
    }

    private async Task ReadAsync() => passkeys = await Passkeys.ReadAsync(Id);

    public sealed class NewPasskey
    {
        public string? Credential { get; set; }

        [Required(ErrorMessage = "Name the passkey, so that you know it later."), StringLength(Passkeys.LongestName)]
        public string Name { get; set; } = "";
    }
}
