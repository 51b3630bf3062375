using System.Globalization;
using Headroom.Budget;
using Headroom.Limits;
using Headroom.Measuring;
using Headroom.Planning;
using Microsoft.Extensions.Configuration;

namespace Headroom.AspNetCore.Hosting;

/// <summary>
/// What a service declares about its memory before it starts: pools and long-lived costs. The largest operation of
/// each pool is not declared here but taken from the routes that require memory.
/// </summary>
public sealed class HeadroomBuilder
{
    private readonly List<BudgetPoolOptions> _pools = [];
    private readonly List<MemoryPlanTerm> _terms = [];
    private readonly ByteSize? _margin;
    private readonly int? _maxWaiting;

    internal HeadroomBuilder(IConfiguration root)
    {
        var configuration = Configuration = root.GetSection("Headroom");
        var (detector, configured) = (new MemoryLimitDetector(), ReadSize(configuration, "Limit"));
        ReadLimit = () => detector.Detect(configured);
        Limit = ReadLimit();
        _margin = ReadSize(configuration, "Margin");
        _maxWaiting = configuration["MaxWaiting"] is { Length: > 0 }
            ? (int)ReadNumber(configuration, "MaxWaiting", MaxWaitingUnder(Limit.Size), 100_000, NumberStyles.None, "a whole number of requests")
            : null;
        Workers = ReadWorkers(root);
        MaxWait = TimeSpan.FromSeconds(ReadNumber(configuration, "MaxWait", 120, 3600, NumberStyles.AllowDecimalPoint, "a number of seconds"));
        var now = new MemoryMeter(Limit).Read();
        Add(MemoryPlanKind.Baseline, "process at start (measured)", new ByteSize(now.Anonymous + now.Shared), "it is the program itself");
        Add(MemoryPlanKind.Baseline, "serving: code, threads, kernel", ServingCost, "it is the program itself");
        Add(MemoryPlanKind.Baseline, "managed heap under load", ManagedHeap, "it is the program itself");
        Add(
            MemoryPlanKind.Resident,
            $"{MaxWaiting:N0} requests waiting unread",
            WaitingRequestCost * MaxWaiting,
            "lower HEADROOM__MAXWAITING (requests that may wait; later ones get 503).");
    }

    /// <summary>What compiled code, thread stacks, page tables and listening sockets add once the service runs; measured.</summary>
    internal static ByteSize ServingCost => ByteSize.FromMegabytes(20);

    /// <summary>What the managed heap grows to under load when bodies and images stay out of it; measured.</summary>
    internal static ByteSize ManagedHeap => ByteSize.FromMegabytes(24);

    /// <summary>What one request costs whose body waits in its socket: connection, request objects, TCP buffers; measured.</summary>
    internal static ByteSize WaitingRequestCost => ByteSize.FromKilobytes(48);

    /// <summary>The section «Headroom» of the configuration.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>The limit that applies.</summary>
    public MemoryLimit Limit { get; }

    /// <summary>What stays free whatever happens: <c>HEADROOM__MARGIN</c>, by default a tenth of the limit.</summary>
    public ByteSize Margin => MarginUnder(Limit.Size);

    /// <summary>Processes that share the limit: <c>WORKERS</c> or <c>WEB_CONCURRENCY</c>; 1 by default.</summary>
    public int Workers { get; }

    /// <summary>
    /// How many requests may wait for a lease in one pool: <c>HEADROOM__MAXWAITING</c>; 2,048 by default, fewer where they
    /// would take more than a fifth of the limit.
    /// </summary>
    public int MaxWaiting => MaxWaitingUnder(Limit.Size);

    /// <summary>How long a request may wait for a lease: <c>HEADROOM__MAXWAIT</c> in seconds; 120 by default.</summary>
    public TimeSpan MaxWait { get; }

    /// <summary>For tests of a service: refuses leases, as <see cref="MemoryBudget.Fault"/> does.</summary>
    public Func<BudgetPool, bool>? LeaseFault { get; set; }

    internal IReadOnlyList<BudgetPoolOptions> Pools => _pools;

    internal IReadOnlyList<MemoryPlanTerm> Terms => _terms;

    /// <summary>What leases may hold together: limit minus margin minus everything that is there without a lease.</summary>
    internal ByteSize Leasable => LeasableUnder(Limit.Size);

    /// <summary>The limit as it is now: it may be changed while the service runs.</summary>
    internal Func<MemoryLimit> ReadLimit { get; }

    /// <summary><see cref="Leasable"/>, were <paramref name="limit"/> the limit: margin and waiting requests follow it.</summary>
    internal ByteSize LeasableUnder(ByteSize limit) => ByteSize.Max(ByteSize.Zero, limit - MarginUnder(limit) - UnleasedWith(MaxWaitingUnder(limit)));

    /// <summary>What is there without a lease, as planned, while so many requests wait.</summary>
    internal ByteSize UnleasedWith(int waiting) =>
        new ByteSize(_terms.Where(t => t.Kind is MemoryPlanKind.Baseline or MemoryPlanKind.Resident).Sum(t => t.Size.Bytes))
        - (WaitingRequestCost * MaxWaiting)
        + (WaitingRequestCost * waiting);

    /// <summary><see cref="MaxWaiting"/>, were <paramref name="limit"/> the limit.</summary>
    internal int MaxWaitingUnder(ByteSize limit) => _maxWaiting ?? (int)Math.Min(2048, limit.Bytes / 5 / WaitingRequestCost.Bytes);

    internal ByteSize MarginUnder(ByteSize limit) => _margin ?? limit * 0.10;

    /// <summary>Adds a pool. Services that share one declare their parts of it: caps and guarantees add up, and the plan shows their sum.</summary>
    /// <param name="name">A short name, used by <c>RequireMemory</c>.</param>
    /// <param name="cap">The most that may be leased at once; caps may overlap.</param>
    /// <param name="guaranteed">What no other pool can take away; counted in the plan.</param>
    /// <param name="reduce">What to change to guarantee less, naming the setting.</param>
    /// <param name="priority">Whose requests go first and whose work is cancelled last; high for what other work can't go on without.</param>
    public HeadroomBuilder AddPool(
        string name, ByteSize cap, ByteSize guaranteed = default, string? reduce = null, WorkPriority priority = WorkPriority.Normal)
    {
        if (guaranteed > ByteSize.Zero)
            AddGuarantee($"pool «{name}»", guaranteed, reduce ?? $"lower the guarantee of pool «{name}».");
        if (_pools.FindIndex(p => p.Name == name) is >= 0 and var shared)
            _pools[shared] = _pools[shared] with { Cap = _pools[shared].Cap + cap, Guaranteed = _pools[shared].Guaranteed + guaranteed };
        else
            _pools.Add(new BudgetPoolOptions(name, cap) { Guaranteed = guaranteed, MaxWaiting = MaxWaiting, MaxWait = MaxWait, Priority = priority });
        return this;
    }

    /// <summary>Declares something long-lived that holds no lease of its own: a cache, a buffer pool.</summary>
    /// <param name="name">What it is, for people.</param>
    /// <param name="size">Bytes it can grow to.</param>
    /// <param name="reduce">What to change to make it smaller, naming the setting.</param>
    public HeadroomBuilder AddResident(string name, ByteSize size, string reduce)
    {
        Add(MemoryPlanKind.Resident, name, size, reduce);
        return this;
    }

    private void AddGuarantee(string name, ByteSize size, string reduce)
    {
        if (_terms.FindIndex(t => t.Kind == MemoryPlanKind.Guarantee && t.Name == name) is not (>= 0 and var shared))
        {
            Add(MemoryPlanKind.Guarantee, name, size, reduce);
            return;
        }
        var term = _terms[shared];
        _terms[shared] = term with { Size = term.Size + size, Reduce = term.Reduce == reduce ? reduce : $"{term.Reduce} Or {reduce}" };
    }

    private void Add(MemoryPlanKind kind, string name, ByteSize size, string reduce) => _terms.Add(new MemoryPlanTerm(kind, name, size, reduce));

    private static ByteSize? ReadSize(IConfiguration configuration, string key)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return null;
        return ByteSize.TryParse(text, out var size) && size > ByteSize.Zero
            ? size
            : throw new InvalidOperationException($"HEADROOM__{key.ToUpperInvariant()} is '{text}'. Write a size, for example 512MB or 1.5GB.");
    }

    private static double ReadNumber(IConfiguration configuration, string key, double otherwise, double most, NumberStyles style, string what)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return otherwise;
        return double.TryParse(text, style, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new InvalidOperationException(
                $"HEADROOM__{key.ToUpperInvariant()} is '{text}'. Write {what} from 0 to {most:0}; {otherwise:0} by default.");
    }

    private static int ReadWorkers(IConfiguration root)
    {
        // The platforms' own names: Heroku, Render and others set WEB_CONCURRENCY.
        var text = root["WORKERS"] is { Length: > 0 } own ? own : root["WEB_CONCURRENCY"];
        if (string.IsNullOrWhiteSpace(text))
            return 1;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var workers) && workers is >= 1 and <= 1024
            ? workers
            : throw new InvalidOperationException(
                $"WORKERS (or WEB_CONCURRENCY) is '{text}'. Write a whole number from 1 to 1024; 1 is right for nearly everyone, "
                + "one process uses every core.");
    }
}
