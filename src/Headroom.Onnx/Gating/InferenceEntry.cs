namespace Headroom.Onnx;

/// <summary>A place inside an <see cref="InferenceGate"/>. Disposing it leaves, once, however often it or copies of it are disposed.</summary>
public readonly struct InferenceEntry : IDisposable
{
    private readonly InferenceGate? _gate;
    private readonly int _place;
    private readonly long _ticket;

    internal InferenceEntry(InferenceGate gate, int place, long ticket)
    {
        _gate = gate;
        _place = place;
        _ticket = ticket;
    }

    /// <summary>Leaves the gate.</summary>
    public void Dispose() => _gate?.Leave(_place, _ticket);
}
