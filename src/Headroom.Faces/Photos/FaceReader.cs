using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Budget;
using Headroom.Faces.Recognition;
using Headroom.Imaging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Headroom.Faces.Photos;

/// <summary>From an admitted request to the vector of the one face on its photo.</summary>
internal sealed class FaceReader(PhotoReader photos, FaceEngine engine, FacesOptions options)
{
    /// <summary>What a route that takes a photo requires: the models first, then a lease for the body.</summary>
    public MemoryRequirement Requirement => new(FaceServices.Pool, ByteSize.Zero, ByteSize.FromMegabytes(options.MaxPhotoMb)) { BeforeLease = HoldModelsAsync };

    /// <summary>Reads the photo and its face.</summary>
    /// <exception cref="ProblemException">The photo can't be used; the problem says why.</exception>
    public async Task<float[]> ReadAsync(HttpContext context, string field)
    {
        var cancellationToken = context.RequestAborted;
        using var photo = await photos.ReadAsync(context.Request, field, cancellationToken);
        // A client that left while it waited shows only now that its body was read.
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var reading = await engine.ReadAsync(photo, context.GetMemoryLease(), context.Features.GetRequiredFeature<FaceModels>(), cancellationToken);
            return reading.Vector ?? throw PhotoProblems.Of(reading);
        }
        catch (ImageException problem)
        {
            throw PhotoProblems.Of(problem);
        }
        catch (MemoryLeaseRefusedException refusal) when (refusal.Reason == LeaseRefusal.TooLarge)
        {
            throw new ProblemException(StatusCodes.Status413PayloadTooLarge, "image-too-large", $"Decoding this photo takes {refusal.Requested}, more than this instance has for it. Send a smaller one, or a JPEG that is not progressive.");
        }
    }

    private async ValueTask HoldModelsAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var models = await engine.AcquireModelsAsync(cancellationToken);
        context.Response.RegisterForDispose(models);
        context.Features.Set(models);
    }
}
