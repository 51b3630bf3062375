using System.Diagnostics.CodeAnalysis;

namespace Headroom.Onnx;

/// <summary>Type of a tensor's elements (<c>ONNXTensorElementDataType</c>); other values than these can be listed but not run.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "They are types; ONNX names them so.")]
public enum OnnxElementType
{
    /// <summary>Not given.</summary>
    Undefined = 0,

    /// <summary><see cref="float"/></summary>
    Float = 1,

    /// <summary><see cref="byte"/></summary>
    UInt8 = 2,

    /// <summary><see cref="sbyte"/></summary>
    Int8 = 3,

    /// <summary><see cref="int"/></summary>
    Int32 = 6,

    /// <summary><see cref="long"/></summary>
    Int64 = 7,

    /// <summary>Text; can't be run.</summary>
    Text = 8,

    /// <summary><see cref="bool"/></summary>
    Bool = 9,

    /// <summary><see cref="Half"/></summary>
    Float16 = 10,

    /// <summary><see cref="double"/></summary>
    Double = 11,
}
