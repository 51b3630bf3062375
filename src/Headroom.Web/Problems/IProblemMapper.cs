using Headroom.AspNetCore.Problems;

namespace Headroom.Web.Problems;

/// <summary>
/// What failures of one service's storage and tools mean for who asked. Each service registers its own;
/// <see cref="ProblemHandler"/> asks all.
/// </summary>
public interface IProblemMapper
{
    /// <summary>Says what a failure means.</summary>
    /// <param name="failure">What was thrown, as it was thrown.</param>
    /// <returns>The problem to answer; null for a failure that is none of this service's, or that nobody expected.</returns>
    ProblemException? Map(Exception failure);
}
