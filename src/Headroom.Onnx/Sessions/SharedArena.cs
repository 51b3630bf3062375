using System.Globalization;
using Headroom.Onnx.Native;

namespace Headroom.Onnx;

/// <summary>
/// The allocator that all sessions share. The C API reaches it only through a session, and shrinks it only at the end
/// of a run, so this keeps a session of a one-node model: shrinking costs a millisecond or a few, not a run of a real model.
/// </summary>
internal sealed unsafe class SharedArena : IDisposable
{
    private const int ArenaAllocator = 1;
    private const int SameAsRequested = 1;

    private readonly OrtApi _api;
    private readonly OrtHandle _session;
    private readonly OrtHandle _allocator;
    private readonly OrtHandle _shrinkOptions;

    /// <summary>Registers the arena with the environment, then opens the one-node model on it.</summary>
    public SharedArena(OrtApi api, EnvironmentHandle environment, long? maxBytes)
    {
        _api = api;
        nint info;
        api.Check(api.CreateCpuMemoryInfo(ArenaAllocator, 0, &info), OnnxEnvironment.Subject);
        using var arenaInfo = new OrtHandle(info, api.ReleaseMemoryInfo);
        Register(environment, info, (nuint)(maxBytes ?? 0));
        _session = OpenProbe(environment);
        try
        {
            nint allocator;
            api.Check(api.CreateAllocator(_session.Value, info, &allocator), OnnxEnvironment.Subject);
            _allocator = new OrtHandle(allocator, api.ReleaseAllocator, _session);
            _shrinkOptions = CreateShrinkOptions();
        }
        catch
        {
            _allocator?.Dispose();
            _session.Dispose();
            throw;
        }
    }

    /// <summary>Gives every region of the arena that no tensor occupies back to the C heap.</summary>
    public void Shrink()
    {
        using var session = new HandleReference(_session);
        using var options = new HandleReference(_shrinkOptions);
        fixed (byte* input = "x\0"u8, output = "y\0"u8)
        {
            float source = 0, target = 0;
            long shape = 1;
            nint info, from, to;
            _api.Check(_api.CreateCpuMemoryInfo(0, 0, &info), OnnxEnvironment.Subject);
            using var memory = new OrtHandle(info, _api.ReleaseMemoryInfo);
            _api.Check(
                _api.CreateTensorWithDataAsOrtValue(info, &source, sizeof(float), &shape, 1, (int)OnnxElementType.Float, &from), OnnxEnvironment.Subject);
            using var sourceValue = new OrtHandle(from, _api.ReleaseValue);
            _api.Check(_api.CreateTensorWithDataAsOrtValue(info, &target, sizeof(float), &shape, 1, (int)OnnxElementType.Float, &to), OnnxEnvironment.Subject);
            using var targetValue = new OrtHandle(to, _api.ReleaseValue);
            var (inputName, outputName) = ((nint)input, (nint)output);
            _api.Check(_api.Run(_session.Value, _shrinkOptions.Value, (byte**)&inputName, &from, 1, (byte**)&outputName, 1, &to), OnnxEnvironment.Subject);
        }
    }

    /// <summary>Reads the arena's own counters.</summary>
    public ArenaUsage GetUsage()
    {
        using var allocator = new HandleReference(_allocator);
        nint pairs;
        _api.Check(_api.AllocatorGetStats(_allocator.Value, &pairs), OnnxEnvironment.Subject);
        using var statistics = new OrtHandle(pairs, _api.ReleaseKeyValuePairs);
        byte** keys;
        byte** values;
        nuint count;
        _api.GetKeyValuePairs(pairs, &keys, &values, &count);
        var usage = default(ArenaUsage);
        for (nuint i = 0; i < count; i++)
        {
            usage = OrtApi.Text(keys[i]) switch
            {
                "TotalAllocated" => usage with { AllocatedBytes = Number(values[i]) },
                "InUse" => usage with { InUseBytes = Number(values[i]) },
                "MaxInUse" => usage with { PeakInUseBytes = Number(values[i]) },
                _ => usage,
            };
        }
        return usage;
    }

    public void Dispose()
    {
        _shrinkOptions.Dispose();
        _allocator.Dispose();
        _session.Dispose();
    }

    private static long Number(byte* text) => long.Parse(OrtApi.Text(text), CultureInfo.InvariantCulture);

    private void Register(EnvironmentHandle environment, nint arenaInfo, nuint maxBytes)
    {
        nint configuration;
        _api.Check(_api.CreateArenaCfg(maxBytes, SameAsRequested, -1, -1, &configuration), OnnxEnvironment.Subject);
        using var arena = new OrtHandle(configuration, _api.ReleaseArenaCfg);
        _api.Check(_api.CreateAndRegisterAllocator(environment.Value, arenaInfo, configuration), OnnxEnvironment.Subject);
    }

    private OrtHandle OpenProbe(EnvironmentHandle environment)
    {
        // ModelProto: IR 8, opset 13, one node y = Identity(x), x and y float[1] (field numbers of onnx.proto3).
        ReadOnlySpan<byte> model =
        [
            0x08, 8, 0x42, 2, 0x10, 13, 0x3A, 55,
            0x0A, 16, 0x0A, 1, (byte)'x', 0x12, 1, (byte)'y', 0x22, 8, .. "Identity"u8,
            0x12, 1, (byte)'g',
            0x5A, 15, 0x0A, 1, (byte)'x', 0x12, 10, 0x0A, 8, 0x08, 1, 0x12, 4, 0x0A, 2, 0x08, 1,
            0x62, 15, 0x0A, 1, (byte)'y', 0x12, 10, 0x0A, 8, 0x08, 1, 0x12, 4, 0x0A, 2, 0x08, 1,
        ];
        using var options = SessionOptions.Create(_api, GraphOptimization.None, oneThread: false, []);
        nint session;
        fixed (byte* bytes = model)
            _api.Check(_api.CreateSessionFromArray(environment.Value, bytes, (nuint)model.Length, options.Value, &session), OnnxEnvironment.Subject);
        return new OrtHandle(session, _api.ReleaseSession, environment);
    }

    private OrtHandle CreateShrinkOptions()
    {
        nint options;
        _api.Check(_api.CreateRunOptions(&options), OnnxEnvironment.Subject);
        var handle = new OrtHandle(options, _api.ReleaseRunOptions);
        fixed (byte* key = "memory.enable_memory_arena_shrinkage\0"u8, value = "cpu:0\0"u8)
            _api.Check(_api.AddRunConfigEntry(options, key, value), OnnxEnvironment.Subject);
        return handle;
    }
}
