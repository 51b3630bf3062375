using Headroom.Vectors.Coding;

namespace Headroom.Faces.Matching;

/// <summary>
/// Templates in memory up to a bound: codes, scales and owners in arrays that grow by pages. Those that don't fit stay
/// on disk; <see cref="LastKey"/> says from where. A code puts the cosine of two faces off by less than 0.005 (measured).
/// Not thread-safe.
/// </summary>
internal sealed class TemplateCache(ByteSize capacity, int dimensions)
{
    private const int PageTemplates = 256;

    private readonly List<Page> _pages = [];
    private readonly int _codeLength = ScalarCode.LengthFor(dimensions);
    private readonly int _maxTemplates = (int)Math.Min(int.MaxValue, capacity.Bytes / BytesOf(dimensions));

    /// <summary>How many templates are held.</summary>
    public int Count { get; private set; }

    /// <summary>The key of the last template that was added: everything up to it is here.</summary>
    public long LastKey { get; private set; }

    /// <summary>Whether the bound is reached.</summary>
    public bool IsFull => Count >= _maxTemplates;

    /// <summary>What a template takes, in bytes.</summary>
    public static long BytesOf(int dimensions) => ScalarCode.LengthFor(dimensions) + sizeof(float) + (2 * sizeof(long));

    /// <summary>Adds a template; keys come in rising order. One that is damaged has no vector: it is passed over.</summary>
    /// <returns>False when it does not fit.</returns>
    public bool TryAdd(long key, long person, ReadOnlySpan<float> vector)
    {
        if (IsFull)
            return false;
        if (vector.IsEmpty)
        {
            LastKey = key;
            return true;
        }
        if (Count % PageTemplates == 0)
            _pages.Add(new Page(_codeLength));
        var page = _pages[^1];
        var slot = Count % PageTemplates;
        page.Scales[slot] = ScalarCode.Quantize(vector, page.CodeAt(slot));
        page.Persons[slot] = person;
        page.Keys[slot] = key;
        Count++;
        LastKey = key;
        return true;
    }

    /// <summary>Forgets templates: removed people and photos. Rare, so it only marks.</summary>
    public void Remove(Predicate<(long Key, long Person)> which)
    {
        for (var i = 0; i < Count; i++)
        {
            var (page, slot) = (_pages[i / PageTemplates], i % PageTemplates);
            if (which((page.Keys[slot], page.Persons[slot])))
                page.Scales[slot] = 0;
        }
    }

    /// <summary>Compares a vector with every template.</summary>
    public void Compare(ReadOnlySpan<float> vector, ref BestTwo best)
    {
        var code = new short[_codeLength];
        var scale = ScalarCode.Quantize<short>(vector, code);
        for (var i = 0; i < Count; i++)
        {
            var (page, slot) = (_pages[i / PageTemplates], i % PageTemplates);
            if (page.Scales[slot] > 0)
                best.Add(page.Persons[slot], ScalarCode.Dot(code, page.CodeAt(slot)) * scale * page.Scales[slot]);
        }
    }

    private sealed class Page(int codeLength)
    {
        public readonly sbyte[] Codes = new sbyte[PageTemplates * codeLength];
        public readonly float[] Scales = new float[PageTemplates];
        public readonly long[] Persons = new long[PageTemplates];
        public readonly long[] Keys = new long[PageTemplates];

        public Span<sbyte> CodeAt(int slot) => Codes.AsSpan(slot * codeLength, codeLength);
    }
}
