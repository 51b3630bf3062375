using FsCheck.Fluent;

namespace Headroom.Onnx.Tests.Graphs;

public sealed class OnnxGraphWriterTests(SharedEnvironment shared) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_written_layer_computes_what_it_should()
    {
        // y = 2·x·Wᵀ + b, for W = [[1, 2, 3], [4, 5, 6]] and b = [10, 20].
        using var session = Open(writer =>
        {
            writer.AddInput(new OnnxTensorInfo("x", OnnxElementType.Float, [-1, 3]));
            writer.AddConstant<float>("w", [2, 3], [1, 2, 3, 4, 5, 6]);
            writer.AddConstant<float>("b", [2], [10, 20]);
            writer.AddNode("Gemm", ["x", "w", "b"], ["y"], OnnxAttribute.Of("alpha", 2f), OnnxAttribute.Of("transB", 1));
            writer.AddOutput(new OnnxTensorInfo("y", OnnxElementType.Float, [-1, 2]));
        });
        using var run = session.CreateRun([2, 3]);
        ((ReadOnlySpan<float>)[1, 1, 1, 0, 0, -1]).CopyTo(run.Input<float>(0));
        run.Run();
        Assert.Equal([22, 50, 4, 8], run.Output<float>(0).ToArray());
    }

    [Fact]
    public void Inputs_and_outputs_are_declared_as_they_were_given()
    {
        var input = new OnnxTensorInfo("ids", OnnxElementType.Int64, [-1, 7]);
        using var session = Open(writer =>
        {
            writer.AddInput(input);
            writer.AddNode("Cast", ["ids"], ["out"], OnnxAttribute.Of("to", (long)OnnxElementType.Int32));
            writer.AddOutput(new OnnxTensorInfo("out", OnnxElementType.Int32, [-1, 7]));
        });
        Assert.Equal($"{input}", $"{Assert.Single(session.Inputs)}");
        Assert.Equal("out: Int32 [?, 7]", $"{Assert.Single(session.Outputs)}");
    }

    [Fact]
    public void Constants_of_every_type_come_back()
    {
        Assert.Equal([1.5f, -2f], Constant<float>(OnnxElementType.Float, [1.5f, -2f]));
        Assert.Equal([long.MinValue, 3], Constant<long>(OnnxElementType.Int64, [long.MinValue, 3]));
        Assert.Equal([int.MaxValue, -4], Constant<int>(OnnxElementType.Int32, [int.MaxValue, -4]));
        Assert.Equal([sbyte.MinValue, (sbyte)5], Constant<sbyte>(OnnxElementType.Int8, [sbyte.MinValue, 5]));
        Assert.Equal([(byte)200, (byte)6], Constant<byte>(OnnxElementType.UInt8, [200, 6]));
    }

    [Fact]
    public void Eight_bit_weights_are_multiplied_by_their_scale()
    {
        using var session = Open(writer =>
        {
            writer.AddConstant<sbyte>("q", [3], [-10, 0, 127]);
            writer.AddConstant<float>("scale", [], [0.5f]);
            writer.AddConstant<sbyte>("zero", [], [0]);
            writer.AddNode("DequantizeLinear", ["q", "scale", "zero"], ["y"]);
            writer.AddOutput(new OnnxTensorInfo("y", OnnxElementType.Float, [3]));
        });
        Assert.Equal([-5, 0, 63.5f], Run<float>(session));
    }

    [Fact]
    public void Attributes_of_every_kind_arrive()
    {
        using var session = Open(writer =>
        {
            writer.AddConstant<float>("x", [2, 3], [1, 2, 3, 4, 5, 6]);
            writer.AddConstant<long>("pads", [4], [0, 1, 0, 0]);
            writer.AddNode("Pad", ["x", "pads"], ["padded"], OnnxAttribute.Of("mode", "reflect"));
            writer.AddNode("Transpose", ["padded"], ["turned"], OnnxAttribute.Of("perm", 1L, 0L));
            writer.AddNode("Constant", [], ["factors"], OnnxAttribute.Of("value_floats", 1f, 100f));
            writer.AddNode("Mul", ["turned", "factors"], ["y"]);
            writer.AddOutput(new OnnxTensorInfo("y", OnnxElementType.Float, [4, 2]));
        });
        Assert.Equal([2, 500, 1, 400, 2, 500, 3, 600], Run<float>(session));
    }

    [Fact]
    public void An_optional_input_can_be_left_out()
    {
        using var session = Open(writer =>
        {
            writer.AddConstant<float>("x", [3], [-5, 0.5f, 5]);
            writer.AddConstant<float>("most", [], [1]);
            writer.AddNode("Clip", ["x", "", "most"], ["y"]);
            writer.AddOutput(new OnnxTensorInfo("y", OnnxElementType.Float, [3]));
        });
        Assert.Equal([-5, 0.5f, 1], Run<float>(session));
    }

    [Fact]
    public void A_constant_made_while_it_is_written_is_the_same_whatever_its_length() => Properties.Hold(
        Gen.Choose(0, 70_000),
        length =>
        {
            var expected = Enumerable.Range(0, length).Select(i => (float)i).ToArray();
            var whole = new MemoryStream();
            new OnnxGraphWriter(whole, "g").AddConstant<float>("c", [length], expected);
            var streamed = new MemoryStream();
            var next = 0f;
            new OnnxGraphWriter(streamed, "g").AddConstant<float>("c", [length], piece =>
            {
                foreach (ref var element in piece)
                    element = next++;
            });
            return whole.ToArray().AsSpan().SequenceEqual(streamed.ToArray());
        },
        cases: 50);

    [Fact]
    public void A_large_constant_is_whole_when_it_is_read()
    {
        const int length = 300_001;
        using var session = Open(writer =>
        {
            var next = 0;
            writer.AddConstant<int>("c", [length], piece =>
            {
                foreach (ref var element in piece)
                    element = next++;
            });
            writer.AddNode("Identity", ["c"], ["y"]);
            writer.AddOutput(new OnnxTensorInfo("y", OnnxElementType.Int32, [length]));
        });
        Assert.Equal(Enumerable.Range(0, length), Run<int>(session));
    }

    [Fact]
    public void Wrong_numbers_of_elements_are_refused()
    {
        var writer = new OnnxGraphWriter(Stream.Null, "g");
        Assert.Contains(
            "'c' has 3 elements; its shape [2, 2] has 4",
            Assert.Throws<ArgumentException>(() => writer.AddConstant<float>("c", [2, 2], [1, 2, 3])).Message,
            StringComparison.Ordinal);
        Assert.Contains("dimension of -1", Assert.Throws<ArgumentException>(() => writer.AddConstant<float>("c", [-1], [])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "can't be made of Guid",
            Assert.Throws<ArgumentException>(() => writer.AddConstant<Guid>("c", [1], [Guid.Empty])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_no_reader_takes_is_refused_before_it_is_written()
    {
        using var destination = new MemoryStream();
        var writer = new OnnxGraphWriter(destination, "g");
        var before = destination.Length;
        Assert.Throws<InvalidOperationException>(() => writer.AddConstant<float>("c", [1L << 29], _ => Assert.Fail("It was begun.")));
        Assert.Equal(before, destination.Length);
    }

    private T[] Constant<T>(OnnxElementType type, T[] elements)
        where T : unmanaged
    {
        using var session = Open(writer =>
        {
            writer.AddConstant<T>("c", [elements.Length], elements);
            writer.AddNode("Identity", ["c"], ["y"]);
            writer.AddOutput(new OnnxTensorInfo("y", type, [elements.Length]));
        });
        return Run<T>(session);
    }

    private static T[] Run<T>(OnnxSession session)
        where T : unmanaged
    {
        using var run = session.CreateRun();
        run.Run();
        return run.Output<T>(0).ToArray();
    }

    private OnnxSession Open(Action<OnnxGraphWriter> write)
    {
        var path = _folder[$"{Guid.NewGuid():N}.onnx"];
        using (var file = File.Create(path))
            write(new OnnxGraphWriter(file, "written"));
        return OnnxSession.Open(shared.Value, path);
    }
}
