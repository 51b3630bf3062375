namespace Headroom.Onnx.Tests.Sessions;

public sealed class OnnxRunTests(SharedEnvironment shared) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_input_gives_the_same_output_and_another_gives_another()
    {
        using var session = OnnxSession.Open(shared.Value, TestModels.Embedding.Path);
        using var run = session.CreateRun();
        var first = Embed(run, 1);
        var second = Embed(run, 2);
        Assert.NotEqual(first, second);
        Assert.Equal(first, Embed(run, 1));
        Assert.Equal([1L, 512L], run.OutputShape(0));
        Assert.All(first, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Runs_allocate_nothing()
    {
        using var session = OnnxSession.Open(shared.Value, TestModels.Embedding.Path);
        using var run = session.CreateRun();
        using var source = new CancellationTokenSource();
        Assert.Equal(0, Allocated(() => { run.Input<float>(0)[0] = 1; run.Run(); _ = run.Output<float>(0)[0]; }));
        Assert.Equal(0, Allocated(() => run.Run(source.Token)));
    }

    [Fact]
    public void Runs_with_outputs_of_open_size_allocate_nothing()
    {
        using var session = Open(OnnxElementType.Float, null, "Neg");
        using var run = session.CreateRun([1000]);
        Assert.Equal(0, Allocated(() => { run.Run(); _ = run.Output<float>(0)[0]; _ = run.OutputShape(0)[0]; }));
    }

    [Fact]
    public void Integers_go_in_and_come_out()
    {
        using var session = Open(OnnxElementType.Int64, null, "Neg");
        using var run = session.CreateRun([3]);
        ((ReadOnlySpan<long>)[1, -2, long.MaxValue]).CopyTo(run.Input<long>(0));
        run.Run();
        Assert.Equal([-1, 2, -long.MaxValue], run.Output<long>(0).ToArray());
        Assert.Equal([3L], run.OutputShape(0));
    }

    [Fact]
    public void An_output_of_open_size_is_there_after_a_run_and_gone_when_released()
    {
        using var session = Open(OnnxElementType.Float, null, "Neg");
        using var run = session.CreateRun([3]);
        Assert.Throws<InvalidOperationException>(() => run.OutputShape(0).Length);
        Assert.Throws<InvalidOperationException>(() => run.Output<float>(0).Length);
        run.Run();
        Assert.Equal(3, run.Output<float>(0).Length);
        run.ReleaseOutputs();
        Assert.Throws<InvalidOperationException>(() => run.Output<float>(0).Length);
    }

    [Fact]
    public void Native_bytes_are_those_of_inputs_and_known_outputs()
    {
        using var known = Open(OnnxElementType.Float, 1000, "Neg");
        using var run = known.CreateRun();
        Assert.InRange(run.NativeBytes, 8000, 8000 + 256);
        using var open = Open(OnnxElementType.Float, null, "Neg");
        using var openRun = open.CreateRun([1000]);
        Assert.InRange(openRun.NativeBytes, 4000, 4000 + 256);
    }

    [Fact]
    public unsafe void Inputs_are_aligned_for_the_widest_registers()
    {
        using var session = OnnxSession.Open(shared.Value, TestModels.Detector.Path);
        using var run = session.CreateRun();
        fixed (float* input = run.Input<float>(0), output = run.Output<float>(0))
        {
            Assert.Equal(0u, (nuint)input % 64);
            Assert.Equal(0u, (nuint)output % 64);
        }
    }

    [Fact]
    public void Another_element_type_or_a_wrong_index_is_refused()
    {
        using var session = Open(OnnxElementType.Float, 4, "Neg");
        using var run = session.CreateRun();
        Assert.Throws<ArgumentException>(() => run.Input<long>(0).Length);
        Assert.Throws<ArgumentException>(() => run.Output<int>(0).Length);
        Assert.Throws<ArgumentException>(() => run.Input<char>(0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Input<float>(1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Output<float>(-1).Length);
    }

    [Fact]
    public void Cancelling_stops_a_run_and_the_context_stays_usable()
    {
        using var session = OpenSlow();
        using var run = session.CreateRun([300_000]);
        run.Input<float>(0).Fill(1);
        for (var i = 0; i < 2; i++)
        {
            using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(10));
            var error = Assert.Throws<OperationCanceledException>(() => run.Run(source.Token));
            Assert.Equal(source.Token, error.CancellationToken);
        }
        run.Run();
        Assert.InRange(run.Output<float>(0)[^1], 0.001f, 0.1f);
    }

    [Fact]
    public void A_token_cancelled_before_starts_nothing()
    {
        using var session = Open(OnnxElementType.Float, 1, "Neg");
        using var run = session.CreateRun();
        run.Input<float>(0)[0] = 5;
        Assert.Throws<OperationCanceledException>(() => run.Run(new CancellationToken(canceled: true)));
        Assert.Equal(0, run.Output<float>(0)[0]);
        run.Run();
        Assert.Equal(-5, run.Output<float>(0)[0]);
    }

    [Fact]
    public async Task A_context_that_runs_refuses_a_second_run_and_survives_being_disposed()
    {
        using var session = OpenSlow();
        var run = session.CreateRun([300_000]);
        using var source = new CancellationTokenSource();
        var first = Task.Run(() => run.Run(source.Token));
        // The second is refused as soon as the first is inside; until then this one is the first, and is cancelled.
        while (true)
        {
            using var brief = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
            if (Record.Exception(() => run.Run(brief.Token)) is InvalidOperationException and not ObjectDisposedException && !first.IsCompleted)
                break;
            if (first.IsFaulted)
                first = Task.Run(() => run.Run(source.Token));
        }
        session.Dispose();
        run.Dispose();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Throws<ObjectDisposedException>(() => run.Run());
        Assert.Throws<ObjectDisposedException>(() => run.Input<float>(0).Length);
    }

    [Fact]
    public async Task Eight_threads_behind_a_gate_of_two_compute_exactly_what_one_does()
    {
        const int Threads = 8, Rounds = 15;
        using var detector = OnnxSession.Open(shared.Value, TestModels.Detector.Path);
        using var embedding = OnnxSession.Open(shared.Value, TestModels.Embedding.Path);
        OnnxSession[] sessions = [detector, embedding];
        var expected = Enumerable.Range(0, Threads).Select(seed => sessions.Select(s => Compute(s, seed)).ToArray()).ToArray();
        var gate = new InferenceGate(2);
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(seed => Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var which = (seed + round) % 2;
                using var entry = await gate.EnterAsync();
                InterlockedMax(ref most, gate.Running);
                Assert.Equal(expected[seed][which], Compute(sessions[which], seed));
                if (round == Rounds / 2)
                    shared.Value.ShrinkArena();
            }
        })));
        Assert.Equal(2, most);
        Assert.Equal((0, 0), (gate.Running, gate.Waiting));
    }

    private static float[] Compute(OnnxSession session, int seed)
    {
        using var run = session.CreateRun();
        TestModels.FillPixels(run.Input<float>(0), seed);
        run.Run();
        var all = new List<float>();
        for (var i = 0; i < session.Outputs.Count; i++)
            all.AddRange(run.Output<float>(i));
        return [.. all];
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }

    private static float[] Embed(OnnxRun run, int seed)
    {
        TestModels.FillPixels(run.Input<float>(0), seed);
        run.Run();
        return run.Output<float>(0).ToArray();
    }

    private static long Allocated(Action action)
    {
        for (var i = 0; i < 50; i++)
            action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private OnnxSession Open(OnnxElementType type, long? length, params IReadOnlyList<string> operators) =>
        OnnxSession.Open(shared.Value, TinyModel.Write(_folder[$"{Guid.NewGuid():N}.onnx"], type, length, operators));

    /// <summary>Thousands of steps: half a second and more for some hundred thousand numbers.</summary>
    private OnnxSession OpenSlow() => Open(OnnxElementType.Float, null, [.. Enumerable.Repeat("Tanh", 3000)]);
}
