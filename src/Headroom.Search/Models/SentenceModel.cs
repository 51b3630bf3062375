using System.Numerics.Tensors;
using Headroom.Onnx;
using Headroom.Search.Tokenizing;

namespace Headroom.Search.Models;

/// <summary>A loaded sentence model: tokenizer, session and what makes vectors of its output. Thread-safe.</summary>
internal sealed class SentenceModel : IDisposable
{
    /// <summary>Less than this that is kept for the next run is nothing: the next run takes its memory anew.</summary>
    private const long KeptBytes = 1 << 20;

    private const string IdsInput = "input_ids", MaskInput = "attention_mask", TypesInput = "token_type_ids";

    private readonly OnnxSession _session;
    private readonly OnnxEnvironment _environment;
    private readonly SentenceModelManifest _manifest;
    private readonly ITokenizer _tokenizer;
    private readonly int _ids;
    private readonly int _mask;
    private readonly int _output;

    /// <summary>Takes a session over and tries it once.</summary>
    /// <param name="session">The graph.</param>
    /// <param name="manifest">What it is.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="mapped">Bytes of weights that are mapped.</param>
    /// <param name="environment">Where the session was opened.</param>
    /// <exception cref="InvalidDataException">The graph is not what the manifest says.</exception>
    public SentenceModel(OnnxSession session, SentenceModelManifest manifest, ITokenizer tokenizer, ByteSize mapped, OnnxEnvironment environment)
    {
        (_session, _manifest, _tokenizer, _environment, Mapped) = (session, manifest, tokenizer, environment, mapped);
        try
        {
            (_ids, _mask) = (Input(IdsInput), Input(MaskInput));
            if (_ids < 0 || _session.Inputs.FirstOrDefault(i => i.Name is not (IdsInput or MaskInput or TypesInput)) is not null)
                throw new InvalidDataException(
                    $"Model '{session.Name}' has the inputs {string.Join(", ", session.Inputs)}; "
                    + $"a sentence model has {IdsInput} and perhaps {MaskInput} and {TypesInput}.");
            _output = Output();
            Try();
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of weights that are mapped.</summary>
    public ByteSize Mapped { get; }

    /// <summary>Whether the arena keeps nothing from earlier runs: only then the next run shows what it takes.</summary>
    public bool RunsFromNothing => _environment.Arena is var arena && arena.AllocatedBytes - arena.InUseBytes < KeptBytes;

    /// <summary>The ids of a text.</summary>
    public int[] Tokenize(string text) => _tokenizer.Encode(text);

    /// <summary>Runs the model on texts of similar length; the shorter ones are padded.</summary>
    /// <param name="texts">Their ids; at least one text.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>A vector for each, in order.</returns>
    public float[][] Embed(IReadOnlyList<int[]> texts, CancellationToken cancellationToken)
    {
        var length = texts.Max(t => t.Length);
        long[] shape = [texts.Count, length];
        using var run = _session.CreateRun([.. Enumerable.Repeat(shape, _session.Inputs.Count)]);
        Fill(run, texts, length);
        run.Run(cancellationToken);
        var output = run.Output<float>(_output);
        return [.. Pool(run.OutputShape(_output), output, texts)];
    }

    public void Dispose()
    {
        _session.Dispose();
        try
        {
            // What it held lies in the arena that it shared with others.
            _environment.ShrinkArena();
        }
        catch (ObjectDisposedException)
        {
            // The program ends, and the arena went before its models.
        }
    }

    private static int Find(IReadOnlyList<OnnxTensorInfo> tensors, Predicate<OnnxTensorInfo> wanted)
    {
        for (var i = 0; i < tensors.Count; i++)
        {
            if (wanted(tensors[i]))
                return i;
        }
        return -1;
    }

    private int Input(string name) => Find(_session.Inputs, i => i.Name == name);

    private int Output()
    {
        var rank = _manifest.Pooling == Pooling.None ? 2 : 3;
        var output = Find(_session.Outputs, o => o.Dimensions.Count == rank && o.ElementType == OnnxElementType.Float);
        return output >= 0
            ? output
            : throw new InvalidDataException(
                $"Model '{_session.Name}' has the outputs {string.Join(", ", _session.Outputs)}; "
                + $"with pooling '{_manifest.Pooling}' its manifest promises one of {rank} dimensions.");
    }

    /// <summary>A run with the vocabulary's last id: a graph of other sizes than the manifest's fails here, not under a request.</summary>
    private void Try()
    {
        try
        {
            var vector = Embed([[_tokenizer.LargestId, 0]], CancellationToken.None)[0];
            if (vector.Length != _manifest.Dimensions)
                throw new InvalidDataException(
                    $"Model '{_session.Name}' gives vectors of {vector.Length}; its manifest says {_manifest.Dimensions} dimensions.");
        }
        catch (OnnxException problem)
        {
            throw new InvalidDataException(
                $"Model '{_session.Name}' can't run on what its vocabulary gives; most likely the vocabulary is another model's. {problem.Message}", problem);
        }
    }

    private void Fill(OnnxRun run, IReadOnlyList<int[]> texts, int length)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            var ids = texts[i];
            for (var k = 0; k < ids.Length; k++)
            {
                Set(run, _ids, i * length + k, ids[k]);
                if (_mask >= 0)
                    Set(run, _mask, i * length + k, 1);
            }
        }
    }

    /// <summary>Graphs take their numbers as 64-bit, 32-bit or floating; what is not set is zero.</summary>
    private void Set(OnnxRun run, int input, int at, int value)
    {
        switch (_session.Inputs[input].ElementType)
        {
            case OnnxElementType.Int64:
                run.Input<long>(input)[at] = value;
                break;
            case OnnxElementType.Int32:
                run.Input<int>(input)[at] = value;
                break;
            case OnnxElementType.Float:
                run.Input<float>(input)[at] = value;
                break;
            default:
                throw new InvalidDataException($"Input '{_session.Inputs[input]}' of model '{_session.Name}' is of a type that holds no ids.");
        }
    }

    private float[][] Pool(ReadOnlySpan<long> shape, ReadOnlySpan<float> output, IReadOnlyList<int[]> texts)
    {
        var (width, length) = ((int)shape[^1], _manifest.Pooling == Pooling.None ? 1 : (int)shape[1]);
        var vectors = new float[texts.Count][];
        for (var i = 0; i < vectors.Length; i++)
        {
            var tokens = output.Slice(i * length * width, length * width);
            var vector = vectors[i] = tokens[..width].ToArray();
            if (_manifest.Pooling == Pooling.Mean)
            {
                for (var k = 1; k < texts[i].Length; k++)
                    TensorPrimitives.Add(vector, tokens.Slice(k * width, width), vector);
                TensorPrimitives.Divide(vector, texts[i].Length, vector);
            }
            if (_manifest.Normalize)
                Normalize(vector);
        }
        return vectors;
    }

    /// <summary>Gives a vector the length 1; one of zeros stays.</summary>
    public static void Normalize(Span<float> vector)
    {
        if (TensorPrimitives.Norm(vector) is > 0 and var norm)
            TensorPrimitives.Divide(vector, norm, vector);
    }
}
