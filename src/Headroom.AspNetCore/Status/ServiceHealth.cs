using Headroom.AspNetCore.Problems;
using Headroom.Governing;
using Headroom.Pressure;
using Headroom.Residents;

namespace Headroom.AspNetCore.Status;

/// <summary>Sums up how the service is: its models and the memory pressure.</summary>
internal sealed class ServiceHealth(MemoryGovernor governor, IEnumerable<IModelSlot> slots, TimeProvider time)
{
    public HealthAnswer Health()
    {
        var models = Models();
        var error = ErrorOf(models);
        return new HealthAnswer(StatusOf(error), IsLoaded(models), models.Exists(m => m.State == ModelState.Loading), error, time.GetUtcNow());
    }

    public ModelsAnswer ModelStatus()
    {
        var models = Models();
        var error = ErrorOf(models);
        return new ModelsAnswer(
            StatusOf(error),
            IsLoaded(models),
            models.Exists(m => m.State == ModelState.Loading),
            error,
            time.GetUtcNow(),
            IsLoaded(models) ? models.Max(m => m.LoadTime?.TotalSeconds) : null,
            [.. models.Select(ModelAnswer.Of)]);
    }

    /// <summary>Why new work would not be served well now, or null.</summary>
    public string? NotReady()
    {
        if (governor.Level >= PressureLevel.High)
            return $"Memory pressure is {governor.Level.ToString().ToLowerInvariant()}: new work is held back.";
        var models = Models();
        return ErrorOf(models) ?? (models.Find(m => m.State == ModelState.Loading) is { } loading ? $"The model '{loading.Name}' is being loaded." : null);
    }

    private List<ModelStatus> Models() => [.. slots.Select(s => s.Status)];

    private string StatusOf(string? error) => error is not null || governor.Level >= PressureLevel.High ? "degraded" : "healthy";

    private static bool IsLoaded(List<ModelStatus> models) => models.Count > 0 && models.TrueForAll(m => m.State == ModelState.Ready);

    private static string? ErrorOf(List<ModelStatus> models) =>
        models.Find(m => m.Error is not null) is { } failed ? $"The model '{failed.Name}' could not be loaded: {Folders.LeaveOut(failed.Error!)}" : null;
}
