using Headroom.Residents;
using Microsoft.Extensions.Logging;

namespace Headroom.AspNetCore.Metrics;

/// <summary>Writes why a model could not be loaded, once for each reason: the status routes leave folders out. Not thread-safe.</summary>
internal sealed partial class ModelLog(IEnumerable<IModelSlot> slots, ILogger<ModelLog> logger)
{
    private readonly Dictionary<string, string?> _told = [];

    /// <summary>Looks at all models.</summary>
    public void Observe()
    {
        foreach (var slot in slots)
        {
            var model = slot.Status;
            if (model.Error is { } error && _told.GetValueOrDefault(model.Name) != error)
                LogFailure(model.Name, error);
            _told[model.Name] = model.Error;
        }
    }

    [LoggerMessage(LogLevel.Error, "The model '{Model}' could not be loaded: {Error}")]
    private partial void LogFailure(string model, string error);
}
