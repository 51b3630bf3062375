namespace Headroom.Uploads;

/// <summary>Stored bytes can't be opened, or bytes to store don't fit the format. The message holds neither keys nor content.</summary>
/// <param name="problem">Why, for a program.</param>
/// <param name="message">What happened and what to do, for people.</param>
public sealed class ContainerException(ContainerProblem problem, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public ContainerProblem Problem { get; } = problem;
}
