using System.ComponentModel.DataAnnotations;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>A form with one code.</summary>
public sealed class CodeInput
{
    [Required(ErrorMessage = "Enter the code."), StringLength(100)]
    public string Code { get; set; } = "";
}
