namespace Headroom.Onnx.Tests;

/// <summary>The real models that the build restores.</summary>
internal static class TestModels
{
    public static ModelSource Detector { get; } = new(
        "detector", PathOf("retinaface-mnet25.onnx"), "cd1acf4887eff165497762346fcafbdec58f662a2ceb01e5edb979f54b9875b6");

    public static ModelSource Embedding { get; } = new(
        "embedding", PathOf("faceplugin-feature.onnx"), "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581");

    /// <summary>Fills an input with numbers that look like pixels, the same for the same seed.</summary>
    public static void FillPixels(Span<float> input, int seed)
    {
        var state = (uint)seed * 2654435761 + 1;
        foreach (ref var value in input)
        {
            state = state * 1664525 + 1013904223;
            value = state >> 24;
        }
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "models", file);
}
