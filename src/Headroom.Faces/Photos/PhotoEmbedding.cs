using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Budget;
using Headroom.Buffers;
using Headroom.Faces.Recognition;
using Headroom.Web.Modules;
using Microsoft.AspNetCore.Http;

namespace Headroom.Faces.Photos;

/// <summary>From an admitted request to the vector of the one face on its photo: receive, decode, embed.</summary>
internal sealed class PhotoEmbedding(PhotoReceiver receiver, PhotoDecoder decoder, FaceRecognition recognition, FacesOptions options)
{
    /// <summary>What a route that takes a photo requires: the models first, then a lease for the body.</summary>
    public MemoryRequirement Requirement => new(Pools.Faces, ByteSize.Zero, ByteSize.FromMegabytes(options.MaxPhotoMb)) { BeforeLease = HoldModelsAsync };

    /// <summary>Receives the photo and embeds its face.</summary>
    /// <exception cref="ProblemException">It does not show one usable face, or is larger than can ever be decoded here; the problem says why.</exception>
    /// <exception cref="Imaging.ImageException">The file is not a usable image.</exception>
    /// <exception cref="MemoryLeaseRefusedException">There is no memory for it now.</exception>
    public async Task<float[]> EmbedAsync(HttpContext context, string field)
    {
        var cancellationToken = context.RequestAborted;
        using var photo = await receiver.ReceiveAsync(context.Request, field, cancellationToken);
        // A client that left while it waited shows only now that its body was read.
        cancellationToken.ThrowIfCancellationRequested();
        // Held since before the lease: nothing is waited for here.
        using var models = await recognition.AcquireModelsAsync(cancellationToken);
        var body = context.GetMemoryLease();
        using var decoded = await DecodeAsync(photo, body, cancellationToken);
        photo.Dispose();
        body.ShrinkTo(0);
        var reading = await recognition.EmbedAsync(decoded.Image, models, cancellationToken);
        return reading.Vector ?? throw PhotoProblems.Of(reading);
    }

    private async Task<DecodedPhoto> DecodeAsync(SegmentedBuffer photo, MemoryLease body, CancellationToken cancellationToken)
    {
        try
        {
            return await decoder.DecodeAsync(photo, body, cancellationToken);
        }
        catch (MemoryLeaseRefusedException refusal) when (refusal.Reason == LeaseRefusal.TooLarge)
        {
            throw PhotoProblems.TooLarge(refusal);
        }
    }

    private async ValueTask HoldModelsAsync(HttpContext context, CancellationToken cancellationToken) =>
        context.Response.RegisterForDispose(await recognition.AcquireModelsAsync(cancellationToken));
}
