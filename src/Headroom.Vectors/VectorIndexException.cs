namespace Headroom.Vectors;

/// <summary>An index can't be used; the message says what to do.</summary>
/// <param name="problem">What is wrong with it.</param>
/// <param name="message">What happened and what to do about it.</param>
/// <param name="cause">What was thrown below, if anything.</param>
public sealed class VectorIndexException(VectorIndexProblem problem, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What is wrong with it.</summary>
    public VectorIndexProblem Problem { get; } = problem;

    internal static VectorIndexException Damaged(string path, string what) =>
        new(
            VectorIndexProblem.Damaged,
            $"The vector index in '{path}' is damaged: {what}. Delete the folder and build the index again from where its vectors came from.");
}
