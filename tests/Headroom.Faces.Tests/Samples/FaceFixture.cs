using Headroom.Budget;
using Headroom.Buffers;
using Headroom.Faces.Detection;
using Headroom.Faces.Embedding;
using Headroom.Faces.Models;
using Headroom.Faces.Photos;
using Headroom.Faces.Recognition;
using Headroom.Imaging;
using Headroom.Onnx;
using Headroom.Reconciling;
using Headroom.Residents;

namespace Headroom.Faces.Tests.Samples;

/// <summary>The real models, prepared as the server does it, and every restored photo read once.</summary>
public sealed class FaceFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly OnnxEnvironment _environment = OnnxEnvironment.Create(new OnnxEnvironmentOptions { Threads = 2 });
    private readonly SegmentPool _segments = new(ByteSize.Zero);
    private readonly List<FaceReading> _readings = [];

    /// <summary>What was read from the photos, in the reference's order.</summary>
    internal IReadOnlyList<FaceReading> Readings => _readings;

    internal FacesOptions Options { get; } = new();

    internal BudgetPool Bodies { get; private set; } = null!;

    internal BudgetPool Images { get; private set; } = null!;

    internal ModelSlot<RetinaFaceDetector> Detector { get; private set; } = null!;

    internal ModelSlot<FaceEmbedder> Embedder { get; private set; } = null!;

    internal PhotoDecoder Decoder { get; private set; } = null!;

    internal FaceRecognition Recognition { get; private set; } = null!;

    /// <summary>Whether memory is said to be short.</summary>
    internal bool MemoryIsShort { get; set; }

    /// <summary>What was leased for photos each time that what a run had taken was given back.</summary>
    internal List<ByteSize> LeasedForRun { get; } = [];

    internal SegmentPool Segments => _segments;

    public async ValueTask InitializeAsync()
    {
        var budget = new MemoryBudget(ByteSize.FromMegabytes(512));
        var pool = budget.AddPool(new BudgetPoolOptions("models", ByteSize.FromMegabytes(64)));
        Bodies = budget.AddPool(new BudgetPoolOptions("faces", ByteSize.FromMegabytes(64)));
        Images = budget.AddPool(new BudgetPoolOptions("images", ByteSize.FromMegabytes(256)));
        using var prepared = new PreparedModelCache(
            [_folder.Path], new PreparationCommand(Path.Combine(AppContext.BaseDirectory, "Headroom.Onnx.Tests.Host"), ["prepare"]), _environment.Version);
        var models = new ModelFolder([Path.Combine(AppContext.BaseDirectory, "models")]);
        Detector = await SlotAsync(
            prepared, pool, models.Find(Options.Detector, "detector", "retinaface"), (model, d) => new RetinaFaceDetector(model, d.Size));
        Embedder = await SlotAsync(prepared, pool, models.Find(Options.Embedder, "embedder", "arcface"), (model, d) => new FaceEmbedder(model, d));
        var reserve = new RunReserve(ByteSize.FromMegabytes(28), () => MemoryIsShort, () => LeasedForRun.Add(Images.GetStatus().Leased));
        Decoder = new PhotoDecoder(new ImageDecoder(), Images, new WorkObserver(), reserve, Options, TimeProvider.System);
        Recognition = new FaceRecognition(Detector, Embedder, new InferenceGate(2), reserve, Options);
        foreach (var photo in Reference.Measured.Photos)
            _readings.Add(await ReadAsync(PhotoFiles.Read(photo.Photo)));
    }

    public async ValueTask DisposeAsync()
    {
        Decoder.Dispose();
        await Detector.DisposeAsync();
        await Embedder.DisposeAsync();
        _environment.Dispose();
        _segments.Dispose();
        _folder.Dispose();
    }

    /// <summary>Reads a photo as a request does.</summary>
    internal async Task<FaceReading> ReadAsync(byte[] file)
    {
        using var models = await Recognition.AcquireModelsAsync(TestContext.Current.CancellationToken);
        using var lease = await Bodies.AcquireAsync(SegmentPool.Round(file.Length));
        using var body = Body(file);
        using var decoded = await Decoder.DecodeAsync(body, lease, TestContext.Current.CancellationToken);
        body.Dispose();
        lease.ShrinkTo(0);
        return await Recognition.EmbedAsync(decoded.Image, models, TestContext.Current.CancellationToken);
    }

    internal SegmentedBuffer Body(ReadOnlySpan<byte> file)
    {
        var body = new SegmentedBuffer(_segments);
        while (!file.IsEmpty)
        {
            var memory = body.GetMemory().Span;
            var count = Math.Min(memory.Length, file.Length);
            file[..count].CopyTo(memory);
            body.Advance(count);
            file = file[count..];
        }
        return body;
    }

    private async Task<ModelSlot<T>> SlotAsync<T>(
        PreparedModelCache cache, BudgetPool pool, (string Path, ModelDescription Description) found, Func<LoadedModel, ModelDescription, T> create)
        where T : class, IDisposable
    {
        var name = Path.GetFileNameWithoutExtension(found.Path);
        var prepared = await cache.GetAsync(new ModelSource(name, found.Path, found.Description.Sha256));
        return new ModelSlot<T>(
            new ModelSlotOptions(name, found.Description.Role, ByteSize.FromMegabytes(found.Description.ResidentMb)),
            pool,
            _ => Task.FromResult(
                create(new LoadedModel(OnnxSession.Open(_environment, prepared), _environment, new ByteSize(prepared.MappedBytes)), found.Description)));
    }
}
