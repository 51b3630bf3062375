using System.Runtime.InteropServices;

namespace Headroom.Faces.Matching;

/// <summary>
/// Finds the person that a face belongs to. Templates are read from the database in pages, once as many as the cache
/// holds; what does not fit is read again, page by page, at each comparison. Thread-safe.
/// </summary>
internal sealed class FaceMatcher(TemplateStore store, FacesOptions options) : IDisposable
{
    private const int PageRows = 500;

    private readonly SemaphoreSlim _lock = new(1);
    private TemplateCache? _cache;
    private double _scale = 1;

    /// <summary>Compares a unit vector with everybody.</summary>
    public async Task<FaceMatch> MatchAsync(float[] vector, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken);
        try
        {
            var cache = await FillAsync(vector.Length, cancellationToken);
            var best = new BestTwo();
            cache.Compare(vector, ref best);
            if (cache.IsFull)
                best = await CompareUncachedAsync(vector, cache.LastKey, best, cancellationToken);
            return new FaceMatch(Decide(best), best.Person, best.Person is null ? 0 : best.Similarity, best.Person is null ? 0 : best.Margin);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Forgets a person's templates, or one of them.</summary>
    public async Task ForgetAsync(Predicate<(long Key, long Person)> which, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken);
        try
        {
            _cache?.Remove(which);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>
    /// Changes what share of its memory the cache may take. Filled anew by the next comparison; not while one runs, but by
    /// the next call then.
    /// </summary>
    public void Scale(double scale)
    {
        if (!_lock.Wait(0))
            return;
        // Filling it costs reading all of it: not for a change that hardly matters.
        if (Math.Abs(scale - _scale) >= 0.25 || (scale >= 1 && _scale < 1))
            (_scale, _cache) = (scale, null);
        _lock.Release();
    }

    public void Dispose() => _lock.Dispose();

    private MatchDecision Decide(in BestTwo best) =>
        best.Person is null || best.Similarity < options.Unsure ? MatchDecision.Unknown
        : best.Similarity >= options.Accept && best.Margin >= options.Margin ? MatchDecision.Accepted
        : MatchDecision.Unsure;

    /// <summary>Reads what was enrolled since the last comparison.</summary>
    private async Task<TemplateCache> FillAsync(int dimensions, CancellationToken cancellationToken)
    {
        var cache = _cache ??= new TemplateCache(ByteSize.FromMegabytes(options.TemplateCacheMb) * _scale, dimensions);
        while (!cache.IsFull)
        {
            var page = await store.ReadAsync(options.Embedder, dimensions, cache.LastKey, PageRows, cancellationToken);
            foreach (var template in page)
            {
                if (!cache.TryAdd(template.Key, template.StaffKey, MemoryMarshal.Cast<byte, float>(template.Vector.Span)))
                    break;
            }
            if (page.Count < PageRows)
                break;
        }
        return cache;
    }

    private async Task<BestTwo> CompareUncachedAsync(float[] vector, long after, BestTwo best, CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await store.ReadAsync(options.Embedder, vector.Length, after, PageRows, cancellationToken);
            foreach (var template in page)
            {
                after = template.Key;
                if (template.IsWhole)
                    best.Add(template.StaffKey, System.Numerics.Tensors.TensorPrimitives.Dot(vector, MemoryMarshal.Cast<byte, float>(template.Vector.Span)));
            }
            if (page.Count < PageRows)
                return best;
        }
    }
}
