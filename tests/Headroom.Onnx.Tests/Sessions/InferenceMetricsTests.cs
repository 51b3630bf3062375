using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Headroom.Onnx.Tests.Sessions;

public sealed class InferenceMetricsTests(SharedEnvironment shared)
{
    [Fact]
    public async Task Every_run_is_counted_with_its_model_and_its_result()
    {
        var seen = new ConcurrentQueue<(string? Model, string? Result)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) => { if (instrument.Name == "headroom.inference") self.EnableMeasurementEvents(instrument); },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            Assert.True(seconds >= 0);
            seen.Enqueue((tags[0].Value as string, tags[1].Value as string));
        });
        listener.Start();

        using var session = OnnxSession.Open(shared.Value, TestModels.Embedding.Path);
        using var run = session.CreateRun();
        run.Run();
        using var cancelled = new CancellationTokenSource();
        cancelled.CancelAfter(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => { while (true) run.Run(cancelled.Token); }));

        Assert.Contains((session.Name, "ok"), seen);
        Assert.All(seen.Where(s => s.Model == session.Name), s => Assert.Contains(s.Result, (string[])["ok", "cancelled"]));
    }
}
