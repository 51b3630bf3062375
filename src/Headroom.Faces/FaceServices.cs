using Headroom.AspNetCore.Hosting;
using Headroom.Budget;
using Headroom.Buffers;
using Headroom.Faces.Attendance;
using Headroom.Faces.Detection;
using Headroom.Faces.Embedding;
using Headroom.Faces.Matching;
using Headroom.Faces.Models;
using Headroom.Faces.Photos;
using Headroom.Faces.Recognition;
using Headroom.Faces.Staff;
using Headroom.Governing;
using Headroom.Imaging;
using Headroom.Onnx;
using Headroom.Reclaiming;
using Headroom.Residents;
using Headroom.Sqlite;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Faces;

/// <summary>Face clock-in: what it needs and what it serves.</summary>
public static class FaceServices
{
    /// <summary>The authorization policy of <c>POST /api/clock</c>.</summary>
    public const string KioskPolicy = "kiosk";

    /// <summary>The authorization policy of everything else.</summary>
    public const string AdminPolicy = "admin";

    /// <summary>The schema of the service's tables.</summary>
    public static IReadOnlyList<Migration> Migrations => StaffStore.Migrations;

    internal const string Pool = "faces";
    internal const string ImagePool = "images";
    internal const string ModelPool = "models";

    /// <summary>
    /// Photos received ahead of those that are computed: enough that a few slow senders and a body of unknown length don't
    /// keep the processors waiting. The segments they are received into are kept for reuse while there is work.
    /// </summary>
    private const double PhotosInFlight = 0.0625;

    private static readonly ByteSize MinPhotosInFlight = ByteSize.FromMegabytes(16);

    /// <summary>More would only hold memory.</summary>
    private static readonly ByteSize MaxPhotosInFlight = ByteSize.FromMegabytes(64);

    /// <summary>A progressive JPEG of 12 MP, as phones and web pages make them, takes 49 MB: the least that is of use.</summary>
    private static readonly ByteSize MinDecoding = ByteSize.FromMegabytes(52);

    /// <summary>A progressive JPEG of 48 MP takes 163 MB; photos that need more are answered 413.</summary>
    private static readonly ByteSize MaxDecoding = ByteSize.FromMegabytes(192);

    /// <summary>Declares pools and residents, and registers the services.</summary>
    /// <param name="services">Where to register; needs <see cref="Database"/>, <see cref="OnnxEnvironment"/>, <see cref="PreparedModelCache"/> and <see cref="InferenceGate"/>.</param>
    /// <param name="headroom">Where to declare.</param>
    /// <param name="modelFolders">Where models are looked up, the first one first.</param>
    /// <param name="runs">How many inferences run at once, as the gate has it.</param>
    public static void AddFaces(this IServiceCollection services, HeadroomBuilder headroom, IReadOnlyList<string> modelFolders, int runs)
    {
        var options = headroom.Configuration.GetSection("Faces").Get<FacesOptions>()?.Validate() ?? new FacesOptions();
        var folder = new ModelFolder(modelFolders);
        var (detectorPath, detector) = folder.Find(options.Detector, "detector", "retinaface");
        var (embedderPath, embedder) = folder.Find(options.Embedder, "embedder", "arcface");
        var photos = PhotosFor(options, headroom.Limit.Size);
        Declare(headroom, options, detector, embedder, runs);

        services.AddSingleton(options);
        services.AddSingleton(new SegmentPool(photos));
        services.AddSingleton(new ImageDecoder(new ImageDecoderOptions { MaxPixels = options.MaxPixels }));
        AddSlot(services, options.Detector, detectorPath, detector, model => new FaceDetector(model, detector.Size), d => d.Mapped);
        AddSlot(services, options.Embedder, embedderPath, embedder, model => new FaceEmbedder(model, embedder), e => e.Mapped);
        services.AddSingleton(p => new RunMemory(
            ByteSize.FromMegabytes(detector.RunMb + embedder.RunMb),
            () => p.GetRequiredService<MemoryBudget>().Paused,
            () => p.GetRequiredService<OnnxEnvironment>().ShrinkArena()));
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<FaceEngine>(p, p.GetRequiredService<MemoryBudget>().GetPool(ImagePool)));
        services.AddSingleton<IdleTrim>();
        services.AddSingleton<IMemoryReclaimer, BufferTrim>();
        services.AddSingleton<IMemoryReclaimer, TemplateTrim>();
        services.AddSingleton<PhotoReader>();
        services.AddSingleton<FaceReader>();
        services.AddSingleton<StaffStore>();
        services.AddSingleton<AttendanceStore>();
        services.AddSingleton<FaceMatcher>();
        services.AddSingleton<StaffEndpoints>();
        services.AddSingleton<AttendanceEndpoints>();
    }

    /// <summary>Maps the routes.</summary>
    public static void MapFaces(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<IdleTrim>().Start();
        routes.ServiceProvider.GetRequiredService<StaffEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<AttendanceEndpoints>().Map(routes);
    }

    private static void Declare(HeadroomBuilder headroom, FacesOptions options, ModelDescription detector, ModelDescription embedder, int runs)
    {
        var models = ByteSize.FromMegabytes(detector.ResidentMb + embedder.ResidentMb);
        var decoding = options.DecodingMb is { } own ? ByteSize.FromMegabytes(own) : ByteSize.Max(MinDecoding, ByteSize.Min(MaxDecoding, headroom.Limit.Size * 0.20));
        headroom
            .AddResident($"{runs} inference{(runs == 1 ? "" : "s")} at once", ByteSize.FromMegabytes(runs * (detector.RunMb + embedder.RunMb)), "lower HEADROOM__MODELS__RUNS (inferences at once, 1 at least).")
            .AddResident("face templates in memory", ByteSize.FromMegabytes(options.TemplateCacheMb), "lower HEADROOM__FACES__TEMPLATECACHEMB; templates beyond it are read from disk.")
            .AddPool(ModelPool, models, guaranteed: models, "name smaller models (HEADROOM__FACES__DETECTOR, HEADROOM__FACES__EMBEDDER).", WorkPriority.High)
            .AddPool(ImagePool, decoding, guaranteed: decoding, "lower HEADROOM__FACES__DECODINGMB (decoding photos); larger photos are then answered 413.")
            .AddPool(Pool, PhotosFor(options, headroom.Limit.Size), guaranteed: PhotosFor(options, ByteSize.Zero), "lower HEADROOM__FACES__MAXPHOTOMB (the largest photo taken).");
    }

    private static ByteSize PhotosFor(FacesOptions options, ByteSize limit) => ByteSize.Max(
        ByteSize.Max(MinPhotosInFlight, ByteSize.Min(MaxPhotosInFlight, limit * PhotosInFlight)),
        new ByteSize(SegmentPool.Round(ByteSize.FromMegabytes(options.MaxPhotoMb).Bytes)));

    private static void AddSlot<T>(IServiceCollection services, string name, string path, ModelDescription description, Func<LoadedModel, T> create, Func<T, ByteSize> mapped)
        where T : class, IDisposable
    {
        var source = new ModelSource(name, path, description.Sha256);
        services.AddSingleton(source);
        services.AddSingleton(p => new ModelSlot<T>(
            new ModelSlotOptions(name, description.Role, ByteSize.FromMegabytes(description.ResidentMb)),
            p.GetRequiredService<MemoryBudget>().GetPool(ModelPool),
            async cancellationToken =>
            {
                var prepared = await p.GetRequiredService<PreparedModelCache>().GetAsync(source, cancellationToken);
                var environment = p.GetRequiredService<OnnxEnvironment>();
                return create(new LoadedModel(OnnxSession.Open(environment, prepared), environment, new ByteSize(prepared.MappedBytes)));
            },
            mapped,
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<MemoryGovernor>()));
        services.AddSingleton<IModelSlot>(p => p.GetRequiredService<ModelSlot<T>>());
    }
}
