using Headroom.Budget;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Admission;

/// <summary>Lets routes take their memory before they read.</summary>
public static class RequireMemoryExtensions
{
    /// <summary>
    /// Requests wait for a lease of <paramref name="perRequest"/> plus their body's length, with the body still unread
    /// in the socket; only then parameters are bound and the handler runs. The lease ends with the response.
    /// </summary>
    /// <param name="route">The route or group of routes.</param>
    /// <param name="pool">The pool's name, as declared in <c>AddHeadroom</c>.</param>
    /// <param name="perRequest">Bytes beside the body: what the handler itself holds.</param>
    /// <param name="maxBody">The largest body; none by default. Larger ones are answered 413 unread.</param>
    public static T RequireMemory<T>(this T route, string pool, ByteSize perRequest, ByteSize maxBody = default)
        where T : IEndpointConventionBuilder =>
        route.RequireMemory(new MemoryRequirement(pool, perRequest, maxBody));

    /// <inheritdoc cref="RequireMemory{T}(T, string, ByteSize, ByteSize)"/>
    /// <param name="route">The route or group of routes.</param>
    /// <param name="requirement">Pool, sizes and deadlines.</param>
    public static T RequireMemory<T>(this T route, MemoryRequirement requirement)
        where T : IEndpointConventionBuilder
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requirement.Largest, new ByteSize(1), nameof(requirement));
        route.Add(endpoint =>
        {
            // The second lease would be waited for while the first is held.
            if (endpoint.Metadata.OfType<MemoryRequirement>().Any())
                throw new InvalidOperationException($"'{endpoint.DisplayName}' requires memory twice. Call RequireMemory once: on the route or on its group.");
            endpoint.Metadata.Add(requirement);
            // The delegate binds parameters, which may read the body: the lease has to come before it.
            if (endpoint.RequestDelegate is { } handler)
                endpoint.RequestDelegate = new MemoryAdmission(requirement, handler).InvokeAsync;
        });
        return route;
    }

    /// <summary>The lease that this request runs under; it holds nothing on a route that requires no memory.</summary>
    public static MemoryLease GetMemoryLease(this HttpContext context) => context.Features.Get<MemoryLeaseFeature>()?.Lease ?? default;
}

/// <summary>Carries the lease along with the request.</summary>
internal sealed record MemoryLeaseFeature(MemoryLease Lease);
