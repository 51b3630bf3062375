using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Headroom.Vectors.Coding;

namespace Headroom.Benchmarks.Vectors;

/// <summary>One query against 8,192 vectors of 512 components, one thread: full precision, int8 codes, signs.</summary>
public class ScanBenchmarks
{
    private const int Count = 8192;
    private const int Dimensions = 512;
    private const int Words = Dimensions / 64;

    private readonly float[] _vectors = new float[Count * Dimensions];
    private readonly sbyte[] _codes = new sbyte[Count * Dimensions];
    private readonly ulong[] _signs = new ulong[Count * Words];
    private readonly float[] _query = new float[Dimensions];
    private readonly short[] _wide = new short[Dimensions];
    private readonly float[] _products = new float[Count];
    private SignQuery? _signQuery;

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(7);
        foreach (ref var component in _vectors.AsSpan())
            component = random.NextSingle() - 0.5f;
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_codes.AsSpan()));
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_signs.AsSpan()));
        _vectors.AsSpan(0, Dimensions).CopyTo(_query);
        for (var i = 0; i < Dimensions; i++)
            _wide[i] = _codes[i];
        _signQuery = new SignQuery(_query, new Rotation(Dimensions));
    }

    [Benchmark(Baseline = true, Description = "full precision, TensorPrimitives.Dot")]
    public float FullPrecision()
    {
        var sum = 0f;
        for (var at = 0; at < _vectors.Length; at += Dimensions)
            sum += TensorPrimitives.Dot<float>(_query, _vectors.AsSpan(at, Dimensions));
        return sum;
    }

    [Benchmark(Description = "int8 codes")]
    public unsafe int Codes()
    {
        var sum = 0;
        fixed (short* query = _wide)
        fixed (sbyte* codes = _codes)
        {
            for (var at = 0; at < _codes.Length; at += Dimensions)
                sum += ScalarCode.Dot(query, codes + at, Dimensions);
        }
        return sum;
    }

    [Benchmark(Description = "signs, query in four bits")]
    public unsafe float Signs()
    {
        fixed (ulong* signs = _signs)
            _signQuery!.Dot(signs, _products);
        return _products[0];
    }
}
