using Headroom.AspNetCore.Admission;
using Headroom.Planning;
using Microsoft.AspNetCore.Routing;

namespace Headroom.AspNetCore.Hosting;

/// <summary>Completes what was declared by the largest operation of each pool, read off the routes, and makes the plan.</summary>
public sealed class MemoryPlanner
{
    private readonly HeadroomBuilder _declared;
    private readonly List<ICollection<EndpointDataSource>> _routes = [];

    internal MemoryPlanner(HeadroomBuilder declared) => _declared = declared;

    /// <summary>Takes these routes into the plan, those mapped later too; <c>MapHeadroom</c> does it.</summary>
    internal void Include(ICollection<EndpointDataSource> routes) => _routes.Add(routes);

    /// <summary>The plan of all routes mapped so far.</summary>
    public MemoryPlan CreatePlan()
    {
        var routes = _routes.SelectMany(r => r).SelectMany(s => s.Endpoints)
            .Select(e => (Name: e.DisplayName ?? "route", Requirement: e.Metadata.GetMetadata<MemoryRequirement>()!))
            .Where(r => r.Requirement is not null)
            .ToList();
        routes.ForEach(r => RequirePool(r.Name, r.Requirement));
        var operations = routes
            .GroupBy(r => r.Requirement.Pool)
            .Select(pool => pool.MaxBy(r => r.Requirement.Largest.Bytes))
            .Select(r => new MemoryPlanTerm(
                MemoryPlanKind.Operation, r.Name, r.Requirement.Largest - GuaranteeOf(r.Requirement.Pool), "lower what this route allows a body to have."))
            .Where(o => o.Size > ByteSize.Zero);
        return new MemoryPlan(_declared.Limit, _declared.Margin, [.. _declared.Terms, .. operations], _declared.Workers);
    }

    /// <summary>A route that can never get its lease is a mistake to be told at start, not at its first request.</summary>
    private void RequirePool(string route, MemoryRequirement requirement)
    {
        var pool = _declared.Pools.FirstOrDefault(p => p.Name == requirement.Pool)
            ?? throw new InvalidOperationException(
                $"'{route}' requires memory of pool '{requirement.Pool}', which AddHeadroom does not declare; it declares: "
                + $"{string.Join(", ", _declared.Pools.Select(p => p.Name))}.");
        if (requirement.Largest > pool.Cap)
            throw new InvalidOperationException(
                $"'{route}' may need {requirement.Largest} of pool '{pool.Name}', whose cap is {pool.Cap}. Raise the cap, or lower what the route takes.");
    }

    /// <summary>What a pool guarantees is in the plan already: an operation adds only what goes beyond it.</summary>
    private ByteSize GuaranteeOf(string pool) => _declared.Pools.FirstOrDefault(p => p.Name == pool)?.Guaranteed ?? ByteSize.Zero;

    /// <summary>Makes the plan and insists on it.</summary>
    /// <exception cref="MemoryPlanException">It does not fit, or asks for several workers.</exception>
    public MemoryPlan RequirePlan()
    {
        var plan = CreatePlan();
        if (!plan.Fits)
            throw new MemoryPlanException(plan, plan.ToString());
        if (plan.Workers > 1)
            throw new MemoryPlanException(
                plan,
                $"{plan}{plan.Workers} workers would fit, but more than one is not supported yet: set WORKERS=1 (or WEB_CONCURRENCY=1). "
                + "One process uses every core.");
        return plan;
    }
}
