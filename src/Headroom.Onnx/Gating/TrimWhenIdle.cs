namespace Headroom.Onnx;

/// <summary>Frees what is kept for the next inference, once none was made for a while. Must not throw; inferences may begin while it runs.</summary>
public delegate void TrimWhenIdle();
