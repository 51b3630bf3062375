using System.Diagnostics.Metrics;
using Headroom.Budget;
using Headroom.Limits;
using Headroom.Measuring;
using Headroom.Pressure;
using Headroom.Residents;

namespace Headroom.AspNetCore.Metrics;

/// <summary>
/// Limit, measurements, ledger and models as instruments of the meter «Headroom», for <c>/metrics</c> and for every
/// exporter of OpenTelemetry. They read what is counted elsewhere, when they are asked.
/// </summary>
internal sealed class MemoryMetrics(IMeterFactory meters, MemoryLimit limit, MemoryMeter memory, MemoryBudget budget, PressureMonitor pressure, IEnumerable<IModelSlot> slots, TimeProvider time)
{
    private const string Bytes = "By";

    /// <summary>Makes the instruments.</summary>
    public void Publish()
    {
        var meter = meters.Create("Headroom");
        ProcessMetrics.Publish(meter);
        PublishMemory(meter);
        PublishPressure(meter);
        PublishBudget(meter);
        PublishModels(meter);
    }

    private void PublishMemory(Meter meter)
    {
        var snapshot = new Recent<MemorySnapshot>(TimeSpan.FromSeconds(1), memory.Read, time);
        // Reading the process's mappings takes milliseconds.
        var breakdown = new Recent<MemoryBreakdown>(TimeSpan.FromSeconds(5), () => MemoryBreakdown.Read(memory), time);
        meter.CreateObservableGauge("headroom.limit", () => limit.Size.Bytes, Bytes, "The memory limit that applies.");
        meter.CreateObservableGauge("headroom.unreclaimable", () => snapshot.Value.Unreclaimable, Bytes, "What the kernel can't take back; at the limit the process is killed.");
        meter.CreateObservableGauge("headroom.working_set", () => snapshot.Value.WorkingSet, Bytes, "What platforms show: usage without inactive file pages.");
        meter.CreateObservableGauge("headroom.memory.part", () => Parts(breakdown.Value), Bytes, "The working set by part, at most five seconds old; «unexplained» is what no part covers and can be negative.");
        meter.CreateObservableCounter("headroom.major_faults", () => snapshot.Value.Cgroup?.MajorFaults ?? 0, "{fault}", "Pages that had to be read from disk.");
    }

    private void PublishPressure(Meter meter) =>
        meter.CreateObservableGauge("headroom.pressure.level", () => (int)pressure.Level, description: "0 none, 1 moderate, 2 high: new work is held back, 3 critical.");

    private void PublishBudget(Meter meter)
    {
        meter.CreateObservableGauge("headroom.budget.capacity", () => budget.Capacity.Bytes, Bytes, "What all leases together may hold.");
        meter.CreateObservableGauge("headroom.pool.capacity", () => Pools(p => p.Cap.Bytes), Bytes, "The most that may be leased from the pool at once.");
        meter.CreateObservableGauge("headroom.pool.leased", () => Pools(p => p.Leased.Bytes), Bytes, "What is leased from the pool now.");
        meter.CreateObservableGauge("headroom.pool.peak", () => Pools(p => p.Peak.Bytes), Bytes, "The most that was ever leased from the pool at once.");
        meter.CreateObservableGauge("headroom.pool.waiting", () => Pools(p => p.Waiting), "{lease}", "How many wait for a lease of the pool now.");
        meter.CreateObservableCounter("headroom.leases.granted", () => Pools(p => p.Granted), "{lease}", "Leases granted.");
    }

    private void PublishModels(Meter meter)
    {
        meter.CreateObservableGauge("headroom.model.state", ModelStates, description: "1 for the state that the model is in, 0 for the others.");
        meter.CreateObservableGauge("headroom.model.load", LoadTimes, "s", "How long the model's last successful load took.");
        meter.CreateObservableGauge("headroom.model.resident", () => Models(m => m.Resident.Bytes), Bytes, "What is leased for the model.");
        meter.CreateObservableGauge("headroom.model.mapped", () => Models(m => m.Mapped.Bytes), Bytes, "The model's weights that are mapped from files; the kernel can always drop them.");
    }

    private IEnumerable<Measurement<long>> Pools(Func<MemoryPoolStatus, long> figure) =>
        budget.Pools.Select(p => new Measurement<long>(figure(p.GetStatus()), Label("pool", p.Name)));

    private IEnumerable<Measurement<long>> Models(Func<ModelStatus, long> figure) =>
        slots.Select(s => s.Status).Select(m => new Measurement<long>(figure(m), Label("model", m.Name)));

    private IEnumerable<Measurement<double>> LoadTimes() =>
        slots.Select(s => s.Status).Where(m => m.LoadTime is not null).Select(m => new Measurement<double>(m.LoadTime!.Value.TotalSeconds, Label("model", m.Name)));

    private IEnumerable<Measurement<int>> ModelStates() =>
        from model in slots.Select(s => s.Status)
        from state in Enum.GetValues<ModelState>()
        select new Measurement<int>(model.State == state ? 1 : 0, Label("model", model.Name), Label("role", model.Role), Label("state", state.ToString().ToLowerInvariant()));

    private static IEnumerable<Measurement<long>> Parts(MemoryBreakdown breakdown) =>
        breakdown.Parts.Append(new MemoryPart("unexplained", breakdown.Unexplained)).Select(p => new Measurement<long>(p.Bytes, Label("part", p.Name)));

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);
}
