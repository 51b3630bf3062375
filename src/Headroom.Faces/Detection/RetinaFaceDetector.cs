using Headroom.Faces.Models;
using Headroom.Imaging;
using Headroom.Onnx;

namespace Headroom.Faces.Detection;

/// <summary>Finds faces with a RetinaFace network. Thread-safe: every caller gets a run of its own.</summary>
internal sealed class RetinaFaceDetector : IDisposable
{
    private const float MinScore = 0.5f;
    private const float MaxOverlap = 0.4f;
    private static readonly int[] Strides = [32, 16, 8];

    private readonly LoadedModel _model;
    private readonly int _side;
    private readonly (int Scores, int Boxes, int Points)[] _outputs;

    public RetinaFaceDetector(LoadedModel model, int side)
    {
        _model = model;
        _side = side;
        _outputs = [.. Strides.Select(
            s => (Output($"face_rpn_cls_prob_reshape_stride{s}"), Output($"face_rpn_bbox_pred_stride{s}"), Output($"face_rpn_landmark_pred_stride{s}")))];

        int Output(string name) => model.OutputIndex(name);
    }

    /// <summary>Bytes of weights that are mapped.</summary>
    public ByteSize Mapped => _model.Mapped;

    /// <summary>Finds faces, the best first, in pixels of the image.</summary>
    public IReadOnlyList<DetectedFace> Detect(RgbImage image, CancellationToken cancellationToken)
    {
        using var rented = _model.Rent([1, 3, _side, _side]);
        var faces = Detect(rented.Run, image, _side, cancellationToken);
        // The network misses faces that fill much of the frame: show it a smaller image with a border and ask again.
        return faces.Count > 0 ? faces : Detect(rented.Run, image, _side / 2, cancellationToken);
    }

    /// <summary>Frees the tensors that nobody uses.</summary>
    public void Trim() => _model.Trim();

    public void Dispose() => _model.Dispose();

    private List<DetectedFace> Detect(OnnxRun run, RgbImage image, int within, CancellationToken cancellationToken)
    {
        var factor = Letterbox.Fill(image.Pixels, image.Width, image.Height, run.Input<float>(0), _side, within);
        run.Run(cancellationToken);
        var candidates = new List<DetectedFace>();
        for (var i = 0; i < Strides.Length; i++)
        {
            var (scores, boxes, points) = _outputs[i];
            RetinaFaceDecoder.Decode(
                Strides[i], _side / Strides[i], run.Output<float>(scores), run.Output<float>(boxes), run.Output<float>(points), MinScore, candidates);
        }
        return [.. KeepBest(candidates).Select(f => f.Scale(factor))];
    }

    /// <summary>Greedy non-maximum suppression: of boxes that overlap, only the best stays.</summary>
    private static List<DetectedFace> KeepBest(List<DetectedFace> candidates)
    {
        var kept = new List<DetectedFace>();
        foreach (var candidate in candidates.OrderByDescending(c => c.Score))
        {
            if (!kept.Exists(k => k.Box.Overlap(candidate.Box) > MaxOverlap))
                kept.Add(candidate);
        }
        return kept;
    }
}
