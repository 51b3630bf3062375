namespace Headroom.Onnx;

/// <summary>Sizes of element types and the .NET types they are.</summary>
internal static class OnnxElementTypes
{
    /// <summary>Bytes an element takes; 0 for types that can't be run.</summary>
    public static int Size(this OnnxElementType type) => type switch
    {
        OnnxElementType.UInt8 or OnnxElementType.Int8 or OnnxElementType.Bool => 1,
        OnnxElementType.Float16 => 2,
        OnnxElementType.Float or OnnxElementType.Int32 => 4,
        OnnxElementType.Int64 or OnnxElementType.Double => 8,
        _ => 0,
    };

    /// <summary>The element type that <typeparamref name="T"/> is; <see cref="OnnxElementType.Undefined"/> for none.</summary>
    public static OnnxElementType Of<T>()
        where T : unmanaged
    {
        // Comparisons of typeof are constants to the compiler: no chain remains at run time.
        if (typeof(T) == typeof(float)) return OnnxElementType.Float;
        if (typeof(T) == typeof(long)) return OnnxElementType.Int64;
        if (typeof(T) == typeof(int)) return OnnxElementType.Int32;
        if (typeof(T) == typeof(byte)) return OnnxElementType.UInt8;
        if (typeof(T) == typeof(sbyte)) return OnnxElementType.Int8;
        if (typeof(T) == typeof(bool)) return OnnxElementType.Bool;
        if (typeof(T) == typeof(Half)) return OnnxElementType.Float16;
        if (typeof(T) == typeof(double)) return OnnxElementType.Double;
        return OnnxElementType.Undefined;
    }
}
