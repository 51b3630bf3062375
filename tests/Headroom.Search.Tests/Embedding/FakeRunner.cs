using System.Threading.Channels;

namespace Headroom.Search.Tests.Embedding;

/// <summary>Runs that end when the test says so; the vector of a text is its number of tokens.</summary>
internal sealed class FakeRunner
{
    private readonly Channel<Run> _runs = Channel.CreateUnbounded<Run>();

    public Task<float[][]> RunAsync(IReadOnlyList<int[]> texts)
    {
        var run = new Run(texts);
        _runs.Writer.TryWrite(run);
        return run.Result;
    }

    /// <summary>The next run that begins.</summary>
    public Task<Run> NextAsync() => _runs.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(2));

    internal sealed class Run(IReadOnlyList<int[]> texts)
    {
        private readonly TaskCompletionSource<float[][]> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<int[]> Texts => texts;

        public Task<float[][]> Result => _result.Task;

        public void Finish() => _result.SetResult([.. texts.Select(t => new[] { (float)t.Length })]);

        public void Fail(Exception problem) => _result.SetException(problem);
    }
}
