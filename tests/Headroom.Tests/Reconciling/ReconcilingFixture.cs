using Headroom.Reconciling;

namespace Headroom.Tests.Reconciling;

/// <summary>An observer of a process that is two files: its memory is what a test says.</summary>
internal sealed class ReconcilingFixture : IDisposable
{
    public const long Megabyte = 1 << 20;
    private readonly FakeTree _tree = new FakeTree().Write("proc/self/clear_refs", "");

    public ReconcilingFixture()
    {
        Observer = new WorkObserver(Clock, _tree.Root);
        Hold(anonymous: 100 * Megabyte);
    }

    public FakeClock Clock { get; } = new();

    public WorkObserver Observer { get; }

    /// <summary>How often the peak was set back.</summary>
    public bool WasReset => File.ReadAllText(_tree.At("proc/self/clear_refs")) == "5";

    public void Hold(long anonymous, long file = 0, long? peak = null) =>
        _tree.Write(
            "proc/self/status",
            $"Name:\tx\nVmHWM:\t  {(peak ?? anonymous + file) / 1024} kB\nRssAnon:\t  {anonymous / 1024} kB\n"
            + $"RssFile:\t  {file / 1024} kB\nRssShmem:\t       0 kB\n");

    /// <summary>A piece of work that runs alone, a second after the one before it.</summary>
    public void Alone(WorkKind kind, long estimated, long taken)
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        Hold(100 * Megabyte);
        using (kind.Begin(estimated))
            Hold(100 * Megabyte, peak: 100 * Megabyte + taken);
    }

    public void WithoutPeaks() => File.Delete(_tree.At("proc/self/clear_refs"));

    public void Dispose() => _tree.Dispose();
}
