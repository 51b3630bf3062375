using System.Diagnostics.Metrics;
using System.Text.Json;
using Headroom.Budget;
using Headroom.Governing;
using Headroom.Measuring;
using Headroom.Reclaiming;
using Headroom.Reconciling;
using Headroom.Residents;
using Headroom.Trends;

namespace Headroom.AspNetCore.Metrics;

/// <summary>
/// Limit, measurements, ledger and models as instruments of the meter «Headroom», for <c>/metrics</c> and for every
/// exporter of OpenTelemetry. They read what is counted elsewhere, when they are asked.
/// </summary>
internal sealed class MemoryMetrics(
    IMeterFactory meters,
    MemoryMeter memory,
    MemoryBudget budget,
    MemoryGovernor governor,
    MemoryTrend trend,
    WorkObserver work,
    IEnumerable<IModelSlot> slots,
    IEnumerable<MemoryPartSource> counted,
    TimeProvider time)
{
    private const string Bytes = "By";

    /// <summary>Makes the instruments.</summary>
    public void Publish()
    {
        var meter = meters.Create("Headroom");
        ProcessMetrics.Publish(meter);
        PublishMemory(meter);
        PublishTrend(meter);
        PublishPressure(meter);
        PublishReclaim(meter);
        PublishBudget(meter);
        PublishModels(meter);
    }

    private void PublishMemory(Meter meter)
    {
        var snapshot = new Recent<MemorySnapshot>(TimeSpan.FromSeconds(1), memory.Read, time);
        // Reading the process's mappings takes milliseconds.
        var breakdown = new Recent<MemoryBreakdown>(TimeSpan.FromSeconds(5), () => MemoryBreakdown.Read(memory, counted), time);
        meter.CreateObservableGauge("headroom.limit", () => governor.Limit.Size.Bytes, Bytes, "The memory limit that applies.");
        meter.CreateObservableGauge(
            "headroom.unreclaimable", () => snapshot.Value.Unreclaimable, Bytes, "What the kernel can't take back; at the limit the process is killed.");
        meter.CreateObservableGauge("headroom.working_set", () => snapshot.Value.WorkingSet, Bytes, "What platforms show: usage without inactive file pages.");
        meter.CreateObservableGauge(
            "headroom.memory.part",
            () => Parts(breakdown.Value),
            Bytes,
            "The working set by part, at most five seconds old; «unexplained» is what no part covers and can be negative.");
        meter.CreateObservableCounter(
            "headroom.major_faults", () => snapshot.Value.Cgroup?.MajorFaults ?? 0, "{fault}", "Pages that had to be read from disk.");
    }

    private void PublishTrend(Meter meter)
    {
        var status = new Recent<TrendStatus>(TimeSpan.FromSeconds(1), () => trend.Read(governor.Limit.Size), time);
        meter.CreateObservableGauge(
            "headroom.post_collection.floor", () => status.Value.Floor.Bytes, Bytes, "What memory returns to after collections and bursts of work.");
        meter.CreateObservableGauge("headroom.trend.slope", () => status.Value.BytesPerSecond, "By/s", "How fast the floor grows.");
        meter.CreateObservableGauge(
            "headroom.trend", () => States("kind", status.Value.Kind), description: "1 for what the recent past looks like, 0 for the others.");
    }

    private void PublishPressure(Meter meter)
    {
        meter.CreateObservableGauge(
            "headroom.pressure.level", () => (int)governor.Level, description: "0 none, 1 moderate, 2 high: new work is held back, 3 critical.");
        meter.CreateObservableGauge(
            "headroom.unexplained", () => governor.Unexplained.Bytes, Bytes, "What neither plan nor leases explain; it counts against the budget.");
        meter.CreateObservableGauge(
            "headroom.thrashing", () => governor.Thrashing.IsThrashing ? 1 : 0, description: "1 while the same pages are read again and again.");
        meter.CreateObservableCounter("headroom.sample", () => governor.SampleTime.TotalSeconds, "s", "Time spent on measuring memory.");
        meter.CreateObservableCounter("headroom.samples", () => governor.Samples, "{sample}", "How often memory was measured.");
    }

    private void PublishReclaim(Meter meter)
    {
        meter.CreateObservableCounter("headroom.reclaim.runs", () => Reclaimers(r => r.Runs), "{run}", "How often it was asked to give memory back.");
        meter.CreateObservableCounter("headroom.reclaim", () => Reclaimers(r => r.Returned.Bytes), Bytes, "What came back, measured.");
        meter.CreateObservableCounter(
            "headroom.reclaim.ineffective", () => Reclaimers(r => r.Ineffective), "{run}", "Runs after which nothing had come back.");
    }

    private void PublishBudget(Meter meter)
    {
        meter.CreateObservableGauge("headroom.budget.capacity", () => budget.Capacity.Bytes, Bytes, "What all leases together may hold.");
        meter.CreateObservableGauge("headroom.pool.capacity", () => Pools(p => p.Cap.Bytes), Bytes, "The most that may be leased from the pool at once.");
        meter.CreateObservableGauge("headroom.pool.leased", () => Pools(p => p.Leased.Bytes), Bytes, "What is leased from the pool now.");
        meter.CreateObservableGauge("headroom.pool.peak", () => Pools(p => p.Peak.Bytes), Bytes, "The most that was ever leased from the pool at once.");
        meter.CreateObservableGauge("headroom.pool.waiting", () => Pools(p => p.Waiting), "{lease}", "How many wait for a lease of the pool now.");
        meter.CreateObservableCounter("headroom.leases.granted", () => Pools(p => p.Granted), "{lease}", "Leases granted.");
        meter.CreateObservableCounter("headroom.leases.refused", Refusals, "{lease}", "Leases refused.");
        meter.CreateObservableCounter(
            "headroom.work.cancelled", () => Pools(p => p.Cancelled), "{work}", "Pieces of work that were cancelled to get their memory back.");
        meter.CreateObservableGauge(
            "headroom.plan.drift",
            () => work.Kinds.Select(k => new Measurement<double>(k.Status.Drift, Label("kind", k.Name))),
            "1",
            "What a kind of work needs, divided by what is leased for it.");
    }

    private void PublishModels(Meter meter)
    {
        meter.CreateObservableGauge("headroom.model.state", ModelStates, description: "1 for the state that the model is in, 0 for the others.");
        meter.CreateObservableGauge("headroom.model.load", LoadTimes, "s", "How long the model's last successful load took.");
        meter.CreateObservableGauge("headroom.model.resident", () => Models(m => m.Resident.Bytes), Bytes, "What is leased for the model.");
        meter.CreateObservableGauge(
            "headroom.model.mapped",
            () => Models(m => m.Mapped.Bytes),
            Bytes,
            "The model's weights that are mapped from files; the kernel can always drop them.");
        meter.CreateObservableCounter(
            "headroom.model.unload_failed", () => Models(m => m.UnloadFailures), "{unload}", "Unloads after which the memory did not come back.");
    }

    /// <summary>How long those waited who were granted a lease: counted by the budget, so no instrument of .NET fits.</summary>
    public static ObservedHistogram LeaseWaits(MemoryBudget budget) => new(
        "headroom.lease.wait", "s", "How long those waited who were granted a lease.",
        () => budget.Pools.Select(p => p.GetStatus())
            .Select(p => new HistogramReading(Label("pool", p.Name), WaitHistogram.UpperBounds, p.Waits.Counts, p.Waits.Sum.TotalSeconds)));

    private IEnumerable<Measurement<long>> Refusals() =>
        from pool in budget.Pools.Select(p => p.GetStatus())
        from refused in pool.RefusedByReason
        select new Measurement<long>(refused.Value, Label("pool", pool.Name), Label("reason", Snake(refused.Key.ToString())));

    private IEnumerable<Measurement<long>> Reclaimers(Func<ReclaimerStatus, long> figure) =>
        governor.Ladder.Status.Select(r => new Measurement<long>(figure(r), Label("rung", Snake(r.Rung.ToString())), Label("reclaimer", r.Name)));

    private IEnumerable<Measurement<long>> Pools(Func<BudgetPoolStatus, long> figure) =>
        budget.Pools.Select(p => new Measurement<long>(figure(p.GetStatus()), Label("pool", p.Name)));

    private IEnumerable<Measurement<long>> Models(Func<ModelStatus, long> figure) =>
        slots.Select(s => s.Status).Select(m => new Measurement<long>(figure(m), Label("model", m.Name)));

    private IEnumerable<Measurement<double>> LoadTimes() =>
        slots
            .Select(s => s.Status)
            .Where(m => m.LoadTime is not null)
            .Select(m => new Measurement<double>(m.LoadTime!.Value.TotalSeconds, Label("model", m.Name)));

    private IEnumerable<Measurement<int>> ModelStates() =>
        from model in slots.Select(s => s.Status)
        from state in Enum.GetValues<ModelState>()
        select new Measurement<int>(
            model.State == state ? 1 : 0, Label("model", model.Name), Label("role", model.Role), Label("state", Snake(state.ToString())));

    private static IEnumerable<Measurement<int>> States<T>(string label, T now)
        where T : struct, Enum =>
        Enum.GetValues<T>().Select(s => new Measurement<int>(EqualityComparer<T>.Default.Equals(s, now) ? 1 : 0, Label(label, Snake(s.ToString()))));

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static IEnumerable<Measurement<long>> Parts(MemoryBreakdown breakdown) =>
        breakdown.Parts.Append(new MemoryPart("unexplained", breakdown.Unexplained)).Select(p => new Measurement<long>(p.Bytes, Label("part", p.Name)));

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);
}
