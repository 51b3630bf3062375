using System.Text.Json;
using Headroom.AspNetCore;
using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Hosting;
using Headroom.AspNetCore.Status;
using Headroom.Budget;
using Headroom.Onnx;
using Headroom.Residents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headroom.Bench.Models;

/// <summary>
/// A small service on the library: three models in slots with leases, one arena, one gate. <c>POST /run</c> runs one
/// after the other.
/// </summary>
internal static class ModelHost
{
    /// <summary>The hidden verb that makes the bench this host.</summary>
    public const string Verb = "host-models";

    private const string ModelPool = "models";
    private const string RunPool = "runs";

    private static readonly ByteSize PerRequest = ByteSize.FromKilobytes(64);

    // As the server has it: a run is on every core, and a second one beside it takes memory and gains little.
    private static readonly int Runs = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Serves until it is stopped.</summary>
    /// <param name="description">What <see cref="LargeModels.DescribeAsync"/> wrote.</param>
    public static async Task ServeAsync(string description, CancellationToken cancellationToken)
    {
        var hosted = JsonSerializer.Deserialize<HostedModels>(await File.ReadAllTextAsync(description, cancellationToken), BenchJson.Plain)
            ?? throw new BenchException($"{description} does not say which models to host.");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://{builder.Configuration["HOST"]}:{builder.Configuration["PORT"]}");
        builder.AddHeadroom(headroom => Declare(headroom, hosted));
        AddModels(builder.Services, hosted);

        await using var app = builder.Build();
        app.MapHeadroom();
        app.MapPost("/run", (RequestDelegate)RunAsync).RequireMemory(RunPool, PerRequest);
        foreach (var model in app.Services.GetServices<IModelSlot>())
            model.Preload();
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static void Declare(HeadroomBuilder headroom, HostedModels hosted)
    {
        var models = ByteSize.FromMegabytes(hosted.Models.Sum(model => model.ResidentMebibytes));
        headroom
            .AddResident(
                "one inference of the largest model at a time", ByteSize.FromMegabytes(Runs * hosted.Models.Max(model => model.RunMebibytes)),
                "there is nothing to change in a measurement.")
            .AddPool(ModelPool, models, guaranteed: models)
            .AddPool(RunPool, PerRequest * 64, guaranteed: PerRequest * 64);
    }

    private static void AddModels(IServiceCollection services, HostedModels hosted)
    {
        services.AddSingleton(new InferenceGate(Runs));
        services.AddSingleton(_ => OnnxEnvironment.Create());
        services.AddSingleton(
            p => new PreparedModelCache(
                [hosted.PreparedFolder], new PreparationCommand(hosted.Preparation[0], [.. hosted.Preparation.Skip(1)]),
                p.GetRequiredService<OnnxEnvironment>().Version));
        foreach (var model in hosted.Models)
        {
            services.AddSingleton(p => new ModelSlot<RunnableModel>(
                new ModelSlotOptions(model.Name, model.Name, ByteSize.FromMegabytes(model.ResidentMebibytes)),
                p.GetRequiredService<MemoryBudget>().GetPool(ModelPool),
                token => LoadAsync(p, model, hosted.Unprepared, token),
                loaded => loaded.Mapped));
        }
        services.AddSingleton<IEnumerable<IModelSlot>>(p => p.GetServices<ModelSlot<RunnableModel>>());
    }

    private static async Task<RunnableModel> LoadAsync(IServiceProvider services, HostedModel model, bool unprepared, CancellationToken cancellationToken)
    {
        var environment = services.GetRequiredService<OnnxEnvironment>();
        if (unprepared)
            return new RunnableModel(OnnxSession.Open(environment, model.Path), model.InputShape, ByteSize.Zero);
        var prepared = await services.GetRequiredService<PreparedModelCache>().GetAsync(
            new ModelSource(model.Name, model.Path, model.Sha256), cancellationToken);
        return new RunnableModel(OnnxSession.Open(environment, prepared), model.InputShape, new ByteSize(prepared.MappedBytes));
    }

    private static async Task RunAsync(HttpContext context)
    {
        var gate = context.RequestServices.GetRequiredService<InferenceGate>();
        foreach (var slot in context.RequestServices.GetServices<ModelSlot<RunnableModel>>())
        {
            using var model = await slot.AcquireAsync(context.RequestAborted);
            using var place = await gate.EnterAsync(context.RequestAborted);
            if (!model.Model.Run(context.RequestAborted))
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }
}
