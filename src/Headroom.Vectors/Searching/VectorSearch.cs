using System.Numerics.Tensors;
using Headroom.Vectors.Coding;
using Headroom.Vectors.Storage;

namespace Headroom.Vectors.Searching;

/// <summary>
/// One search of one snapshot. Small collections: int8 codes of all, then full precision for the best. Large ones pass
/// over signs first: a sample gives a score that the answer certainly reaches, and only slots whose estimate could reach
/// it by its own error are looked at in int8. Nothing depends on which thread scans what.
/// </summary>
internal sealed unsafe class VectorSearch
{
    /// <summary>Below this many blocks the pass over signs does not pay.</summary>
    private const int SignsFromBlocks = 12;

    /// <summary>Slots of each block that are in the sample.</summary>
    private const int SampleSlots = 256;

    /// <summary>How many standard deviations an estimate may be off.</summary>
    private const float Deviations = 2f;

    private readonly Store _store;
    private readonly Snapshot _snapshot;
    private readonly Columns _columns;
    private readonly VectorLayout _layout;
    private readonly float[] _query;
    private readonly short[] _code;
    private readonly float _scale;
    private readonly float _deviation;
    private readonly SignQuery? _signs;
    private readonly int _limit;
    private readonly Predicate<long>? _where;
    private readonly BestSlots[] _best;
    private float _threshold = float.NegativeInfinity;

    public VectorSearch(
        Store store, Snapshot snapshot, VectorLayout layout, Rotation rotation, ReadOnlySpan<float> query, int limit, Predicate<long>? where, int threads)
    {
        (_store, _snapshot, _columns, _layout, _where) = (store, snapshot, snapshot.Columns, layout, where);
        _limit = Math.Min(limit, snapshot.Count);
        _query = query.ToArray();
        _code = new short[layout.CodeBytes];
        _scale = ScalarCode.Quantize<short>(query, _code);
        _deviation = Deviations * TensorPrimitives.Norm(query);
        if (snapshot.Blocks >= SignsFromBlocks)
            _signs = new SignQuery(query, rotation);
        _best = new BestSlots[threads];
        Reset();
    }

    /// <summary>Bytes that one search takes.</summary>
    public static long BytesFor(int limit, int dimensions, int threads) => ((threads + 1L) * Rescored(limit) * 8) + (limit * 16L) + (dimensions * 11L) + 1024;

    /// <summary>Scores the vectors of certain ids in full precision.</summary>
    public static List<VectorHit> Compare(Store store, Snapshot snapshot, ReadOnlySpan<float> query, Predicate<long> which)
    {
        var hits = new List<VectorHit>();
        for (var slot = 0; slot < snapshot.Slots; slot++)
        {
            var id = snapshot.Columns.Id(slot);
            if (which(id) && !snapshot.Dead.Contains(slot) && store.TryRead(snapshot.Columns, slot, out var vector))
                hits.Add(new VectorHit(id, TensorPrimitives.Dot(query, vector)));
        }
        return hits;
    }

    public VectorHit[] Run()
    {
        if (_limit == 0)
            return [];
        if (_signs is not null)
        {
            new ScanRound(_snapshot.Blocks, Sample).Run(_best.Length);
            _threshold = ReachedBySample();
            Reset();
            new ScanRound(_snapshot.Blocks, ScanSigns).Run(_best.Length);
        }
        else
        {
            new ScanRound(_snapshot.Blocks, ScanCodes).Run(_best.Length);
        }
        return Rescore(Gather());
    }

    /// <summary>How many are compared in full precision: int8 scores of neighbours are closer than their error.</summary>
    private static int Rescored(int limit) => (2 * limit) + 44;

    private void Reset()
    {
        for (var i = 0; i < _best.Length; i++)
            _best[i] = new BestSlots(Rescored(_limit), _columns);
    }

    private BestSlots Gather()
    {
        for (var i = 1; i < _best.Length; i++)
            _best[0].Add(_best[i]);
        return _best[0];
    }

    private int SlotsOf(int block) => Math.Min(VectorLayout.BlockSlots, _snapshot.Slots - (block * VectorLayout.BlockSlots));

    private void Sample(int worker, int block)
    {
        Span<float> estimates = stackalloc float[Math.Min(SampleSlots, SlotsOf(block))];
        var best = _best[worker];
        Estimate(block, estimates, deviations: 0);
        for (var row = 0; row < estimates.Length; row++)
        {
            if (estimates[row] >= best.Floor)
                Offer(best, estimates[row], block, row);
        }
    }

    /// <summary>The score of the sample's last one that would be in the answer.</summary>
    private float ReachedBySample()
    {
        var sampled = Gather().Unordered;
        if (sampled.Length < _limit)
            return float.NegativeInfinity;
        var scores = new float[sampled.Length];
        for (var i = 0; i < scores.Length; i++)
            scores[i] = Score(sampled[i].Slot);
        Array.Sort(scores);
        return scores[^_limit];
    }

    private void ScanSigns(int worker, int block)
    {
        Span<float> estimates = stackalloc float[SlotsOf(block)];
        var best = _best[worker];
        Estimate(block, estimates, _deviation);
        for (var row = 0; row < estimates.Length; row++)
        {
            if (estimates[row] < _threshold)
                continue;
            var score = Score((block * VectorLayout.BlockSlots) + row);
            if (score >= best.Floor)
                Offer(best, score, block, row);
        }
    }

    private void ScanCodes(int worker, int block)
    {
        var best = _best[worker];
        var slots = SlotsOf(block);
        for (var row = 0; row < slots; row++)
        {
            var score = Score((block * VectorLayout.BlockSlots) + row);
            if (score >= best.Floor)
                Offer(best, score, block, row);
        }
    }

    private void Offer(BestSlots best, float score, int block, int row)
    {
        var slot = (block * VectorLayout.BlockSlots) + row;
        if (!_snapshot.Dead.Contains(slot) && (_where is null || _where(_columns.Id(slot))))
            best.Add(score, slot);
    }

    /// <summary>Estimates scores from signs, each raised by so many times its error.</summary>
    private void Estimate(int block, Span<float> estimates, float deviations)
    {
        _signs!.Dot(_columns.Signs(block), estimates);
        var factors = new ReadOnlySpan<float>(_columns.Factors(block), estimates.Length);
        var errors = new ReadOnlySpan<float>(_columns.Errors(block), estimates.Length);
        TensorPrimitives.Multiply(estimates, factors, estimates);
        TensorPrimitives.MultiplyAdd(errors, deviations, estimates, estimates);
        TensorPrimitives.Add(estimates, TensorPrimitives.Dot(_query, _columns.Centroid(block)), estimates);
    }

    private float Score(int slot)
    {
        fixed (short* code = _code)
            return ScalarCode.Dot(code, _columns.Code(slot), _code.Length) * (_scale * _columns.Scale(slot));
    }

    private VectorHit[] Rescore(BestSlots best)
    {
        var hits = new VectorHit[best.Count];
        var count = 0;
        for (var i = 0; i < hits.Length; i++)
        {
            var slot = best.Unordered[i].Slot;
            if (_store.TryRead(_columns, slot, out var vector))
                hits[count++] = new VectorHit(_columns.Id(slot), TensorPrimitives.Dot(_query, vector));
        }
        Array.Resize(ref hits, count);
        Array.Sort(hits, (one, other) => one.Score == other.Score ? one.Id.CompareTo(other.Id) : other.Score.CompareTo(one.Score));
        return hits.Length <= _limit ? hits : hits[.._limit];
    }
}
