using Headroom.Budget;
using Headroom.Buffers;
using Headroom.Faces.Detection;
using Headroom.Faces.Embedding;
using Headroom.Imaging;
using Headroom.Onnx;
using Headroom.Reconciling;
using Headroom.Residents;

namespace Headroom.Faces.Recognition;

/// <summary>
/// From a photo to a vector: header, lease for the decoding, decode, detect, align, embed. As many photos as there are
/// cores are worked on at once; of them, as many as the inference gate lets in run a model, each on every core: a run
/// holds ten times the memory of a decoding, and a second one beside it gains next to no speed. Waiting happens in one
/// direction only (models, body, decoding, core, run), so nobody waits for what is held by somebody who waits for them.
/// </summary>
internal sealed class FaceEngine(
    ModelSlot<FaceDetector> detector,
    ModelSlot<FaceEmbedder> embedder,
    ImageDecoder decoder,
    InferenceGate runs,
    BudgetPool images,
    WorkObserver observer,
    FacesOptions options,
    RunMemory runMemory)
{
    /// <summary>Next to a face of this relative size or larger, another one makes the photo ambiguous.</summary>
    private const float OtherFaceSize = 0.5f;

    private readonly InferenceGate _cores = new();
    private readonly WorkKind _byRows = observer.AddKind("decode row by row");
    private readonly WorkKind _whole = observer.AddKind("decode whole picture");

    /// <summary>Both models, loading them if needed. Ask before leasing anything.</summary>
    public async ValueTask<FaceModels> AcquireModelsAsync(CancellationToken cancellationToken)
    {
        // Both load at once.
        embedder.Preload();
        var first = await detector.AcquireAsync(cancellationToken);
        try
        {
            return new FaceModels(first, await embedder.AcquireAsync(cancellationToken));
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    /// <summary>Reads the one face of a photo.</summary>
    /// <param name="photo">The file; given back as soon as it is decoded.</param>
    /// <param name="lease">The lease that <paramref name="photo"/> lives under; given back with it.</param>
    /// <param name="models">Both models.</param>
    /// <param name="cancellationToken">Gives up between and inside the steps.</param>
    /// <exception cref="ImageException">It can't be decoded.</exception>
    /// <exception cref="MemoryLeaseRefusedException">There is no memory to decode it.</exception>
    public async Task<FaceReading> ReadAsync(SegmentedBuffer photo, MemoryLease lease, FaceModels models, CancellationToken cancellationToken)
    {
        var header = decoder.ReadHeader(photo.OpenRead());
        using var decoding = await images.AcquireAsync(new LeaseRequest(DecodingBytes(header) + runMemory.BytesToLease) { PartOf = lease }, cancellationToken);
        using var core = await _cores.EnterAsync(cancellationToken);
        using var image = Decode(photo, header, cancellationToken);
        photo.Dispose();
        lease.ShrinkTo(0);
        using var run = await runs.EnterAsync(cancellationToken);
        try
        {
            return Read(image, models, cancellationToken);
        }
        finally
        {
            runMemory.AfterRun();
        }
    }

    private WorkKind WorkOf(in ImageHeader header) => header.Progressive ? _whole : _byRows;

    /// <summary>The estimate as experience corrects it; but experience alone never makes a photo too large.</summary>
    private long DecodingBytes(in ImageHeader header)
    {
        var estimate = decoder.EstimateBytes(header);
        return Math.Min(WorkOf(header).Correct(new ByteSize(estimate)).Bytes, Math.Max(estimate, images.Cap.Bytes));
    }

    private RgbImage Decode(SegmentedBuffer photo, in ImageHeader header, CancellationToken cancellationToken)
    {
        using var observed = WorkOf(header).Begin(decoder.EstimateBytes(header));
        return decoder.Decode(photo.OpenRead(), header, cancellationToken);
    }

    private FaceReading Read(RgbImage image, FaceModels models, CancellationToken cancellationToken)
    {
        var found = models.Detector.Detect(image, cancellationToken).OrderByDescending(f => f.Box.Area).ToList();
        var factor = (float)image.SourceWidth / image.Width;
        var faces = found.ConvertAll(f => f.Scale(factor));
        if (found.Count == 0)
            return new FaceReading(FaceFinding.NoFace, faces, null);
        if (found.Count > 1 && found[1].Box.Height > OtherFaceSize * found[0].Box.Height)
            return new FaceReading(FaceFinding.SeveralFaces, faces, null);
        if (Math.Min(found[0].Box.Width, found[0].Box.Height) < options.MinFace)
            return new FaceReading(FaceFinding.TooSmall, faces, null);
        return models.Embedder.Embed(image, found[0], cancellationToken) is { } vector
            ? new FaceReading(FaceFinding.OneFace, faces, vector)
            : new FaceReading(FaceFinding.NoFace, faces, null);
    }
}
