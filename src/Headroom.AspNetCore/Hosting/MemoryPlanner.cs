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
        var guarantees = _declared.Pools
            .Where(p => p.Guaranteed > ByteSize.Zero)
            .Select(p => new MemoryPlanTerm(MemoryPlanKind.Guarantee, $"pool «{p.Name}»", p.Guaranteed, $"lower the guarantee of pool «{p.Name}»."));
        var operations = _routes.SelectMany(r => r).SelectMany(s => s.Endpoints)
            .Select(e => (Name: e.DisplayName ?? "route", Requirement: e.Metadata.GetMetadata<MemoryRequirement>()))
            .Where(e => e.Requirement is not null)
            .GroupBy(e => e.Requirement!.Pool)
            .Select(routes => routes.MaxBy(r => r.Requirement!.Largest.Bytes))
            .Select(r => new MemoryPlanTerm(MemoryPlanKind.Operation, r.Name, r.Requirement!.Largest, "lower what this route allows a body to have."));
        return new MemoryPlan(_declared.Limit, _declared.Margin, [.. _declared.Terms, .. guarantees, .. operations], _declared.Workers);
    }

    /// <summary>Makes the plan and insists on it.</summary>
    /// <exception cref="MemoryPlanException">It does not fit, or asks for several workers.</exception>
    public MemoryPlan RequirePlan()
    {
        var plan = CreatePlan();
        if (!plan.Fits)
            throw new MemoryPlanException(plan, plan.ToString());
        if (plan.Workers > 1)
            throw new MemoryPlanException(plan, $"{plan}{plan.Workers} workers would fit, but more than one is not supported yet: set WORKERS=1 (or WEB_CONCURRENCY=1). One process uses every core.");
        return plan;
    }
}
