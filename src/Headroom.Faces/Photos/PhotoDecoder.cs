using Headroom.AspNetCore.Problems;
using Headroom.Budget;
using Headroom.Buffers;
using Headroom.Faces.Recognition;
using Headroom.Imaging;
using Headroom.Reconciling;

namespace Headroom.Faces.Photos;

/// <summary>
/// From a received file to pixels: header, a place if it costs much, lease for the decoding, a core, decode. As many
/// photos as there are cores are worked on at once. Waiting happens in one direction only (models, body, place, decoding,
/// core, run), so nobody waits for what is held by somebody who waits for them.
/// </summary>
internal sealed class PhotoDecoder(
    ImageDecoder decoder, BudgetPool images, WorkObserver observer, RunReserve reserve, FacesOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);
    private readonly CostlyPhotos _costly = new(time);
    private readonly WorkKind _byRows = observer.AddKind("decode row by row");
    private readonly WorkKind _whole = observer.AddKind("decode whole picture");

    /// <summary>Decodes a photo. The file is not needed any more once this returns.</summary>
    /// <param name="photo">The file.</param>
    /// <param name="body">The lease that the file lives under.</param>
    /// <param name="cancellationToken">Gives up between and inside the steps.</param>
    /// <exception cref="ImageException">It can't be decoded.</exception>
    /// <exception cref="MemoryLeaseRefusedException">There is no memory to decode it.</exception>
    /// <exception cref="ProblemException">It took longer than it may, or would have to wait for others that do.</exception>
    public async Task<DecodedPhoto> DecodeAsync(SegmentedBuffer photo, MemoryLease body, CancellationToken cancellationToken)
    {
        var header = decoder.ReadHeader(photo.OpenRead(), cancellationToken);
        using var place = await _costly.EnterAsync(header, cancellationToken);
        var run = reserve.BytesToLease;
        var lease = await images.AcquireAsync(new LeaseRequest(DecodingBytes(header) + run) { PartOf = body }, cancellationToken);
        try
        {
            await _cores.WaitAsync(cancellationToken);
            try
            {
                var image = Decode(photo, header, cancellationToken);
                // What the codec had is free again: others need not wait for it while faces are looked for.
                lease.ShrinkTo(image.Pixels.Length + run);
                return new DecodedPhoto(image, lease, _cores);
            }
            catch
            {
                _cores.Release();
                throw;
            }
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _costly.Dispose();
        _cores.Dispose();
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
        using var deadline = new CancellationTokenSource(options.DecodeTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return decoder.Decode(photo.OpenRead(), header, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw PhotoProblems.TooSlow(options.DecodeTime);
        }
    }
}

/// <summary>The pixels of a photo, the lease they live under, and the core that works on them. Disposing gives all three back.</summary>
internal sealed class DecodedPhoto(RgbImage image, MemoryLease lease, SemaphoreSlim cores) : IDisposable
{
    private bool _disposed;

    public RgbImage Image => image;

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        image.Dispose();
        cores.Release();
        lease.Dispose();
    }
}
