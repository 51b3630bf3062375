namespace Headroom.Onnx;

/// <summary>
/// The program that prepares a model in a process of its own. Two arguments are appended: the source file and the
/// destination folder; the program calls <see cref="ModelPreparer.Prepare"/> with them, ends with 0 when it is done,
/// and otherwise says why on standard error.
/// </summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments before these two.</param>
public sealed record PreparationCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>Longest time it may take before it is killed. Default: 5 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);
}
