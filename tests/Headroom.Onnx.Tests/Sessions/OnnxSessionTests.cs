namespace Headroom.Onnx.Tests.Sessions;

public sealed class OnnxSessionTests(SharedEnvironment shared)
{
    [Fact]
    public void Inputs_and_outputs_are_as_the_model_declares_them()
    {
        using var session = OnnxSession.Open(shared.Value, TestModels.Detector.Path);
        var input = Assert.Single(session.Inputs);
        Assert.Equal("data: Float [1, 3, 640, 640]", input.ToString());
        Assert.Equal(9, session.Outputs.Count);
        Assert.Equal("face_rpn_landmark_pred_stride8: Float [1, 20, 80, 80]", session.Outputs[8].ToString());
    }

    [Fact]
    public void A_free_dimension_is_minus_one()
    {
        using var folder = new TemporaryFolder();
        using var session = OnnxSession.Open(shared.Value, TinyModel.Write(folder["m.onnx"], OnnxElementType.Int64, null, "Neg"));
        Assert.Equal([-1L], session.Inputs[0].Dimensions);
        Assert.False(session.Inputs[0].IsStatic);
        Assert.Equal(OnnxElementType.Int64, session.Inputs[0].ElementType);
    }

    [Fact]
    public void A_missing_file_is_reported_by_name()
    {
        var error = Assert.Throws<OnnxException>(() => OnnxSession.Open(shared.Value, "/nowhere/absent.onnx"));
        Assert.Equal(OnnxErrorCode.NoSuchFile, error.Code);
        Assert.Equal("absent.onnx", error.Subject);
        Assert.Contains("absent.onnx", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public void A_truncated_file_is_reported_by_name(int bytes)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["half.onnx"], File.ReadAllBytes(TestModels.Detector.Path).AsSpan(0, bytes));
        var error = Assert.Throws<OnnxException>(() => OnnxSession.Open(shared.Value, folder["half.onnx"]));
        Assert.Contains("half.onnx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_that_does_not_exist_is_reported()
    {
        using var folder = new TemporaryFolder();
        var path = TinyModel.Write(folder["odd.onnx"], OnnxElementType.Float, 4, "NoSuchOperator");
        var error = Assert.Throws<OnnxException>(() => OnnxSession.Open(shared.Value, path));
        Assert.Contains("NoSuchOperator", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_that_does_not_fit_is_refused_with_what_would()
    {
        using var session = OnnxSession.Open(shared.Value, TestModels.Embedding.Path);
        foreach (var shape in new long[][] { [1, 3, 112], [2, 3, 112, 112], [1, 3, 112, 0], [1, 3, -1, 112] })
        {
            var error = Assert.Throws<ArgumentException>(() => session.CreateRun(shape));
            Assert.Contains("[1, 3, 112, 112]", error.Message, StringComparison.Ordinal);
        }
        Assert.Throws<ArgumentException>(() => session.CreateRun([1, 3, 112, 112], [1]));
    }

    [Fact]
    public void A_shape_is_needed_where_the_model_leaves_it_open()
    {
        using var folder = new TemporaryFolder();
        using var session = OnnxSession.Open(shared.Value, TinyModel.Write(folder["m.onnx"], OnnxElementType.Float, null, "Neg"));
        Assert.Throws<ArgumentException>(() => session.CreateRun());
        Assert.Throws<ArgumentException>(() => session.CreateRun([long.MaxValue / 8]));
    }

    [Fact]
    public void A_disposed_session_makes_no_runs()
    {
        var session = OnnxSession.Open(shared.Value, TestModels.Embedding.Path);
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.CreateRun());
    }
}
