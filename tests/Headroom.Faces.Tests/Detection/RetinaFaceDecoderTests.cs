using System.Numerics;
using Headroom.Faces.Detection;

namespace Headroom.Faces.Tests.Detection;

public sealed class RetinaFaceDecoderTests
{
    private const int Cells = 4;
    private const int Plane = Cells * Cells;

    private readonly float[] _scores = new float[4 * Plane];
    private readonly float[] _boxes = new float[8 * Plane];
    private readonly float[] _points = new float[20 * Plane];

    [Theory]
    [InlineData(32, 0, 512)]
    [InlineData(32, 1, 256)]
    [InlineData(16, 0, 128)]
    [InlineData(16, 1, 64)]
    [InlineData(8, 0, 32)]
    [InlineData(8, 1, 16)]
    public void Without_deltas_the_face_is_the_anchor(int stride, int anchor, int size)
    {
        _scores[((2 + anchor) * Plane) + (2 * Cells) + 1] = 0.75f;

        var face = Assert.Single(Decode(stride));

        var centre = new Vector2((1 * stride) + 7.5f, (2 * stride) + 7.5f);
        var half = (size - 1) / 2f;
        Assert.Equal(0.75f, face.Score);
        Assert.Equal(new FaceBox(centre.X - half, centre.Y - half, centre.X + half, centre.Y + half), face.Box);
        Assert.Equal(size, face.Box.Width);
        for (var i = 0; i < FaceLandmarks.Count; i++)
            Assert.Equal(centre, face.Landmarks[i]);
    }

    [Fact]
    public void Deltas_move_and_stretch_the_anchor()
    {
        const int Cell = 5;
        _scores[(3 * Plane) + Cell] = 1;
        _boxes[((4 + 0) * Plane) + Cell] = 0.5f;
        _boxes[((4 + 1) * Plane) + Cell] = -0.25f;
        _boxes[((4 + 2) * Plane) + Cell] = MathF.Log(2);
        _boxes[((4 + 3) * Plane) + Cell] = MathF.Log(3);

        var box = Assert.Single(Decode(16)).Box;

        Assert.Equal(128, box.Width, 1e-3);
        Assert.Equal(192, box.Height, 1e-3);
        Assert.Equal(16 + 7.5f + 32, (box.Left + box.Right) / 2, 1e-3);
        Assert.Equal(16 + 7.5f - 16, (box.Top + box.Bottom) / 2, 1e-3);
    }

    [Fact]
    public void Landmarks_move_in_their_own_unit_and_order()
    {
        _scores[2 * Plane] = 1;
        for (var i = 0; i < 10; i++)
            _points[i * Plane] = i;

        var landmarks = Assert.Single(Decode(8)).Landmarks;

        var unit = (31 * 0.18181818f) + 1;
        for (var i = 0; i < FaceLandmarks.Count; i++)
        {
            Assert.Equal(7.5f + (2 * i * unit), landmarks[i].X, 1e-3);
            Assert.Equal(7.5f + (((2 * i) + 1) * unit), landmarks[i].Y, 1e-3);
        }
    }

    [Fact]
    public void The_planes_of_not_being_a_face_are_not_read_and_the_threshold_is_inside()
    {
        Array.Fill(_scores, 1f, 0, 2 * Plane);
        _scores[2 * Plane] = 0.4999f;
        _scores[(2 * Plane) + 1] = 0.5f;

        Assert.Equal(0.5f, Assert.Single(Decode(32)).Score);
    }

    [Fact]
    public void A_score_that_is_no_number_is_no_face()
    {
        Array.Fill(_scores, float.NaN);

        Assert.Empty(Decode(32));
    }

    private List<DetectedFace> Decode(int stride)
    {
        var faces = new List<DetectedFace>();
        RetinaFaceDecoder.Decode(stride, Cells, _scores, _boxes, _points, 0.5f, faces);
        return faces;
    }
}
