using Headroom.AspNetCore.Admission;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.AspNetCore.Tests.Admission;

/// <summary>A route that reads its body to the end and answers how long it was.</summary>
internal sealed class Work
{
    private readonly BodyCounter _bodies = new();
    private int _entered;
    private long _read;

    public int Entered => Volatile.Read(ref _entered);

    /// <summary>Bytes of bodies that the route has read.</summary>
    public long Read => Interlocked.Read(ref _read);

    /// <summary>Bytes of bodies that were handed out to anything behind the server; of a service that counts them.</summary>
    public long HandedOut => _bodies.Bytes;

    public static MemoryRequirement Requirement { get; } = new(TestService.PoolName, ByteSize.Zero, ByteSize.FromMegabytes(3));

    /// <summary>Starts a service whose route <c>/work</c> this is.</summary>
    public Task<TestService> StartAsync(
        MemoryRequirement? requirement = null, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? add = null, bool count = false) =>
        TestService.StartAsync(
            app => app.MapPost("/work", (RequestDelegate)InvokeAsync).RequireMemory(requirement ?? Requirement),
            settings,
            add,
            bodies: count ? _bodies : null);

    private async Task InvokeAsync(HttpContext context)
    {
        Interlocked.Increment(ref _entered);
        var buffer = new byte[8192];
        var length = 0;
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var read and > 0)
        {
            length += read;
            Interlocked.Add(ref _read, read);
        }
        await context.Response.WriteAsync($"{length}");
    }
}
