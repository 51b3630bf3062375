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
using Headroom.Keys;
using Headroom.Onnx;
using Headroom.Reclaiming;
using Headroom.Residents;
using Headroom.Web.Modules;
using Headroom.Web.Problems;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Faces;

/// <summary>Face clock-in: what it needs and what it serves.</summary>
public static class FaceServices
{
    /// <summary>What ONNX Runtime and libvips hold once they are loaded, without models; measured.</summary>
    private static readonly ByteSize NativeLibraries = ByteSize.FromMegabytes(12);

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

    /// <summary>The service.</summary>
    public static ServiceModule Module { get; } = new("faces", Add, Map, StaffMigrations.All)
    {
        EncryptedRows = "SELECT 1 FROM templates WHERE master_key IS NOT NULL LIMIT 1",
        Prepare = (services, cancellationToken) => services.GetRequiredService<TemplateSealing>().RunAsync(cancellationToken),
    };

    private static void Add(ModuleSetup setup)
    {
        var (services, headroom, _, modelFolders, runs) = setup;
        var options = headroom.Configuration.GetSection("Faces").Get<FacesOptions>()?.Validate() ?? new FacesOptions();
        var folder = new ModelFolder(modelFolders);
        var (detectorPath, detector) = folder.Find(options.Detector, "detector", "retinaface");
        var (embedderPath, embedder) = folder.Find(options.Embedder, "embedder", "arcface");
        var photos = PhotosFor(options, headroom.Limit.Size);
        Declare(headroom, options, detector, embedder, runs);

        services.AddSingleton(new ArenaShare(
            ByteSize.FromMegabytes(detector.ResidentMb + embedder.ResidentMb), ByteSize.FromMegabytes(runs * (detector.RunMb + embedder.RunMb))));
        services.AddSingleton(options);
        services.AddSingleton(new SegmentPool(photos));
        services.AddSingleton(new ImageDecoder(new ImageDecoderOptions { MaxPixels = options.MaxPixels }));
        AddSlot(services, options.Detector, detectorPath, detector, model => new RetinaFaceDetector(model, detector.Size), d => d.Mapped);
        AddSlot(services, options.Embedder, embedderPath, embedder, model => new FaceEmbedder(model, embedder), e => e.Mapped);
        services.AddSingleton(p => new RunReserve(
            ByteSize.FromMegabytes(detector.RunMb + embedder.RunMb),
            () => p.GetRequiredService<MemoryBudget>().Paused,
            () => p.GetRequiredService<OnnxEnvironment>().ShrinkArena()));
        services.AddSingleton<FaceRecognition>();
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<PhotoDecoder>(p, p.GetRequiredService<MemoryBudget>().GetPool(Pools.Images)));
        services.AddSingleton<PhotoBuffers>();
        services.AddSingleton<IMemoryReclaimer>(p => p.GetRequiredService<PhotoBuffers>());
        services.AddSingleton<TrimWhenIdle>(p => p.GetRequiredService<PhotoBuffers>().Trim);
        services.AddSingleton<IMemoryReclaimer, TemplateTrim>();
        services.AddSingleton<IProblemMapper, PhotoProblems>();
        services.AddSingleton<PhotoReceiver>();
        services.AddSingleton<PhotoEmbedding>();
        services.AddSingleton(p => new TemplateCipher(p.GetRequiredService<MasterKeyRing>));
        services.AddSingleton<TemplateSealing>();
        services.AddSingleton<TemplateStore>();
        services.AddSingleton<StaffStore>();
        services.AddSingleton<AttendanceStore>();
        services.AddSingleton<FaceMatcher>();
        services.AddSingleton<StaffEndpoints>();
        services.AddSingleton<AttendanceEndpoints>();
    }

    private static void Map(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<StaffEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<AttendanceEndpoints>().Map(routes);
    }

    private static void Declare(HeadroomBuilder headroom, FacesOptions options, ModelDescription detector, ModelDescription embedder, int runs)
    {
        var models = ByteSize.FromMegabytes(detector.ResidentMb + embedder.ResidentMb);
        var decoding = options.DecodingMb is { } own
            ? ByteSize.FromMegabytes(own)
            : ByteSize.Max(MinDecoding, ByteSize.Min(MaxDecoding, headroom.Limit.Size * 0.20));
        headroom
            .AddResident("native libraries", NativeLibraries, "it is the program itself.")
            .AddResident(
                $"{runs} inference{(runs == 1 ? "" : "s")} at once",
                ByteSize.FromMegabytes(runs * (detector.RunMb + embedder.RunMb)),
                "lower HEADROOM__MODELS__RUNS (inferences at once, 1 at least).")
            .AddResident(
                "face templates in memory",
                ByteSize.FromMegabytes(options.TemplateCacheMb),
                "lower HEADROOM__FACES__TEMPLATECACHEMB; templates beyond it are read from disk.")
            .AddPool(
                Pools.Models, models, guaranteed: models, "name smaller models (HEADROOM__FACES__DETECTOR, HEADROOM__FACES__EMBEDDER).", WorkPriority.High)
            .AddPool(Pools.Images, decoding, guaranteed: decoding, "lower HEADROOM__FACES__DECODINGMB (decoding photos); larger photos are then answered 413.")
            .AddPool(
                Pools.Faces,
                PhotosFor(options, headroom.Limit.Size),
                guaranteed: PhotosFor(options, ByteSize.Zero),
                "lower HEADROOM__FACES__MAXPHOTOMB (the largest photo taken).");
    }

    private static ByteSize PhotosFor(FacesOptions options, ByteSize limit) => ByteSize.Max(
        ByteSize.Max(MinPhotosInFlight, ByteSize.Min(MaxPhotosInFlight, limit * PhotosInFlight)),
        new ByteSize(SegmentPool.Round(ByteSize.FromMegabytes(options.MaxPhotoMb).Bytes)));

    private static void AddSlot<T>(
        IServiceCollection services, string name, string path, ModelDescription description, Func<LoadedModel, T> create, Func<T, ByteSize> mapped)
        where T : class, IDisposable
    {
        var source = new ModelSource(name, path, description.Sha256);
        services.AddSingleton(source);
        services.AddSingleton(p => new ModelSlot<T>(
            new ModelSlotOptions(name, description.Role, ByteSize.FromMegabytes(description.ResidentMb)),
            p.GetRequiredService<MemoryBudget>().GetPool(Pools.Models),
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
