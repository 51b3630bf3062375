using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Headroom.Onnx.Native;

namespace Headroom.Onnx;

/// <summary>
/// Everything a run passes to the library, in one native block: the arrays of names and values, the names, and the
/// 64-byte aligned elements of the inputs and of the outputs of known size. A handle, so that disposing a context
/// during a run frees it only afterwards, and so that the session outlives it.
/// </summary>
internal sealed unsafe class RunTensors : SafeHandle
{
    private const int Alignment = 64;
    private readonly OrtApi _api;
    private readonly OrtHandle _session;
    private readonly Tensor[] _inputs;
    private readonly Tensor[] _outputs;

    public RunTensors(OnnxSession session, long[][] inputShapes, long[]?[] outputShapes)
        : base(0, ownsHandle: true)
    {
        _api = session.Api;
        _session = session.Handle;
        var size = (nuint)(2 * (inputShapes.Length + outputShapes.Length) * sizeof(nint));
        _inputs = Plan(session, session.Inputs, inputShapes, ref size);
        _outputs = Plan(session, session.Outputs, outputShapes, ref size);
        Size = size;
        var added = false;
        _session.DangerousAddRef(ref added);
        try
        {
            SetHandle((nint)NativeMemory.AlignedAlloc(size, Alignment));
            NativeMemory.Clear(Block, size);
            Fill(session.Name);
        }
        catch
        {
            if (IsInvalid)
                _session.DangerousRelease();
            Dispose();
            throw;
        }
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Bytes of the block.</summary>
    public nuint Size { get; }

    private byte* Block => (byte*)handle;

    private byte** InputNames => (byte**)Block;

    private nint* InputValues => (nint*)(InputNames + _inputs.Length);

    private byte** OutputNames => (byte**)(InputValues + _inputs.Length);

    private nint* OutputValues => (nint*)(OutputNames + _outputs.Length);

    /// <summary>Calls the model; returns the status.</summary>
    public nint Run(nint runOptions) => _api.Run(
        _session.Value, runOptions, InputNames, InputValues, (nuint)_inputs.Length, OutputNames, (nuint)_outputs.Length, OutputValues);

    /// <summary>Elements of an input.</summary>
    public Span<byte> Input(int index) => new(Block + _inputs[index].DataOffset, checked((int)_inputs[index].DataBytes));

    /// <summary>Elements of an output that lies in this block.</summary>
    public ReadOnlySpan<byte> Output(int index) => new(Block + _outputs[index].DataOffset, checked((int)_outputs[index].DataBytes));

    /// <summary>An output's tensor, for one that the library allocates: zero before the first run.</summary>
    public nint OutputValue(int index) => OutputValues[index];

    /// <summary>Whether an output lies in this block.</summary>
    public bool HoldsOutput(int index) => _outputs[index].Shape is not null;

    /// <summary>Frees the outputs that the library allocated.</summary>
    public void ReleaseOutputs()
    {
        for (var i = 0; i < _outputs.Length; i++)
        {
            if (!HoldsOutput(i))
                Release(ref OutputValues[i]);
        }
    }

    protected override bool ReleaseHandle()
    {
        for (var i = 0; i < _inputs.Length; i++)
            Release(ref InputValues[i]);
        for (var i = 0; i < _outputs.Length; i++)
            Release(ref OutputValues[i]);
        NativeMemory.AlignedFree(Block);
        _session.DangerousRelease();
        return true;
    }

    private static Tensor[] Plan(OnnxSession session, IReadOnlyList<OnnxTensorInfo> infos, long[]?[] shapes, ref nuint size)
    {
        var tensors = new Tensor[infos.Count];
        for (var i = 0; i < tensors.Length; i++)
        {
            var elementSize = infos[i].ElementType.Size();
            if (elementSize == 0)
                throw new NotSupportedException($"'{infos[i]}' of model '{session.Name}' has an element type that Headroom does not run.");
            var tensor = new Tensor { Name = infos[i].Name, Type = infos[i].ElementType, Shape = shapes[i], NameOffset = size };
            size += (nuint)Encoding.UTF8.GetByteCount(tensor.Name) + 1;
            if (tensor.Shape is { } shape)
            {
                size = (size + Alignment - 1) / Alignment * Alignment;
                tensor.DataOffset = size;
                tensor.DataBytes = Bytes(session, infos[i], shape, elementSize);
                size += tensor.DataBytes;
            }
            tensors[i] = tensor;
        }
        return tensors;
    }

    private static nuint Bytes(OnnxSession session, OnnxTensorInfo info, long[] shape, int elementSize)
    {
        long bytes = elementSize;
        foreach (var dimension in shape)
        {
            if (dimension != 0 && bytes > int.MaxValue / dimension)
                throw new ArgumentException(
                    $"Shape [{string.Join(", ", shape)}] of '{info.Name}' of model '{session.Name}' needs more than {int.MaxValue} bytes.", nameof(shape));
            bytes *= dimension;
        }
        return (nuint)bytes;
    }

    private void Fill(string model)
    {
        nint info;
        _api.Check(_api.CreateCpuMemoryInfo(0, 0, &info), model);
        using var memory = new OrtHandle(info, _api.ReleaseMemoryInfo);
        for (var i = 0; i < _inputs.Length; i++)
            Fill(_inputs[i], model, info, InputNames + i, InputValues + i);
        for (var i = 0; i < _outputs.Length; i++)
            Fill(_outputs[i], model, info, OutputNames + i, OutputValues + i);
    }

    private void Fill(in Tensor tensor, string model, nint info, byte** name, nint* value)
    {
        *name = Block + tensor.NameOffset;
        Encoding.UTF8.GetBytes(tensor.Name, new Span<byte>(*name, Encoding.UTF8.GetByteCount(tensor.Name)));
        if (tensor.Shape is not { } shape)
            return;
        fixed (long* dimensions = shape)
            _api.Check(
                _api.CreateTensorWithDataAsOrtValue(
                    info, Block + tensor.DataOffset, tensor.DataBytes, dimensions, (nuint)shape.Length, (int)tensor.Type, value),
                model);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Release(ref nint value)
    {
        if (value == 0)
            return;
        _api.ReleaseValue(value);
        value = 0;
    }

    private struct Tensor
    {
        public string Name;
        public OnnxElementType Type;
        public long[]? Shape;
        public nuint NameOffset;
        public nuint DataOffset;
        public nuint DataBytes;
    }
}
