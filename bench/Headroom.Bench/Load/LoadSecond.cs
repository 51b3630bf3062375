namespace Headroom.Bench.Load;

/// <summary>One second of a load: how requests ended in it.</summary>
/// <param name="Right">Answered right.</param>
/// <param name="Busy">Answered 503 with <c>Retry-After</c>.</param>
/// <param name="Improper">Answered as no server may, or not at all.</param>
internal sealed record LoadSecond(int Right, int Busy, int Improper)
{
    public static LoadSecond None { get; } = new(0, 0, 0);

    public static LoadSecond operator +(LoadSecond a, LoadSecond b) => new(a.Right + b.Right, a.Busy + b.Busy, a.Improper + b.Improper);
}
