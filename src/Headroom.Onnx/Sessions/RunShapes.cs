namespace Headroom.Onnx;

/// <summary>Decides the shapes of a run's tensors from what the model declares and what the caller wants.</summary>
internal static class RunShapes
{
    /// <summary>Checked shapes of all inputs.</summary>
    /// <exception cref="ArgumentException">They don't fit the model.</exception>
    public static long[][] ForInputs(OnnxSession session, ReadOnlySpan<long[]> wanted)
    {
        if (wanted.Length == 0 && session.Inputs.All(i => i.IsStatic))
            return [.. session.Inputs.Select(i => i.Dimensions.ToArray())];
        if (wanted.Length != session.Inputs.Count)
            throw new ArgumentException(
                $"Model '{session.Name}' needs {session.Inputs.Count} input shape(s) ({string.Join("; ", session.Inputs)}), {wanted.Length} given.",
                nameof(wanted));
        var shapes = new long[wanted.Length][];
        for (var i = 0; i < shapes.Length; i++)
            shapes[i] = Fitting(session, session.Inputs[i], wanted[i]);
        return shapes;
    }

    /// <summary>Shapes of the outputs; null for one that only a run decides.</summary>
    public static long[]?[] ForOutputs(OnnxSession session) =>
        [.. session.Outputs.Select(o => o.IsStatic && o.Dimensions.Count > 0 ? o.Dimensions.ToArray() : null)];

    private static long[] Fitting(OnnxSession session, OnnxTensorInfo input, long[]? shape)
    {
        var fits = shape is not null && shape.Length == input.Dimensions.Count
            && shape.Zip(input.Dimensions).All(d => d.First >= 1 && (d.Second < 0 || d.First == d.Second));
        return fits
            ? [.. shape!]
            : throw new ArgumentException($"Shape [{string.Join(", ", shape ?? [])}] does not fit input '{input}' of model '{session.Name}'.", nameof(shape));
    }
}
