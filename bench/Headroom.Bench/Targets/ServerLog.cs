namespace Headroom.Bench.Targets;

/// <summary>The last lines that a server printed.</summary>
internal sealed class ServerLog
{
    private const int Kept = 20;

    private readonly Queue<string> _lines = new();
    private readonly Lock _lock = new();

    /// <summary>Reads both outputs of a process from now on, so that it never waits for a full pipe.</summary>
    public Process Follow(Process process)
    {
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public string Tail()
    {
        lock (_lock)
            return string.Join('\n', _lines);
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Kept)
                _lines.Dequeue();
        }
    }
}
