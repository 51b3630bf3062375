namespace Headroom.Web.Modules;

/// <summary>What the models of one service may take of the arena that all share, as the plan has it.</summary>
/// <param name="Models">Loaded, beside their mapped weights.</param>
/// <param name="Runs">As many runs as go at once.</param>
public sealed record ArenaShare(ByteSize Models, ByteSize Runs)
{
    /// <summary>What the arena of the test model and of ONNX Runtime's own small things takes.</summary>
    private static readonly ByteSize Least = ByteSize.FromMegabytes(16);

    /// <summary>
    /// The most that the arena may take: twice what was declared, as regions of one model's size may lie unused beside
    /// another's.
    /// </summary>
    public static ByteSize LimitOf(IEnumerable<ArenaShare> shares) => Least + new ByteSize(2 * shares.Sum(s => s.Models.Bytes + s.Runs.Bytes));
}
