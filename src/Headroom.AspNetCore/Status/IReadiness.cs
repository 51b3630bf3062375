namespace Headroom.AspNetCore.Status;

/// <summary>Something of the service's own that <c>/health/ready</c> asks, too; register as many as there are.</summary>
public interface IReadiness
{
    /// <summary>Asks; ends soon whatever happens.</summary>
    /// <returns>Why new work would not be served well now, in a sentence that everybody may read; null when it would.</returns>
    ValueTask<string?> NotReadyAsync(CancellationToken cancellationToken);
}
