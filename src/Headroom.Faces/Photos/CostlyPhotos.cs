using Headroom.AspNetCore.Problems;
using Headroom.Imaging;

namespace Headroom.Faces.Photos;

/// <summary>
/// Keeps photos that take long to decode from having all cores: they pass one core fewer at a time than there are, one at
/// least, and wait for that before they lease anything for their decoding, so that the usual photos pass them by.
/// </summary>
/// <param name="time">The clock of <see cref="Patience"/>.</param>
internal sealed class CostlyPhotos(TimeProvider time) : IDisposable
{
    /// <summary>What a telephone's JPEG or a screenshot costs is less.</summary>
    public const long UsualPasses = 40_000_000;

    /// <summary>Whoever waits longer is told to come again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _places = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>Waits for a place, if the photo needs one.</summary>
    /// <returns>The place; null for a usual photo.</returns>
    /// <exception cref="ProblemException">Others that cost as much were before it for too long.</exception>
    public async ValueTask<IDisposable?> EnterAsync(ImageHeader header, CancellationToken cancellationToken)
    {
        if (header.PixelPasses <= UsualPasses)
            return null;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await _places.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw PhotoProblems.Busy(Patience);
        }
        return new Place(_places);
    }

    public void Dispose() => _places.Dispose();

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
