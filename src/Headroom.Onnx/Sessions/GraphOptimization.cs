namespace Headroom.Onnx;

/// <summary>How far ONNX Runtime rewrites a graph when it loads it (<c>GraphOptimizationLevel</c>).</summary>
internal enum GraphOptimization
{
    /// <summary>Not at all: right for a prepared model, whose rewritten graph was saved.</summary>
    None = 0,

    /// <summary>Everything, layouts for this processor included.</summary>
    All = 99,
}
