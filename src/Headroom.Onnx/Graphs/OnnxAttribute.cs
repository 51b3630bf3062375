using System.Diagnostics.CodeAnalysis;

namespace Headroom.Onnx;

/// <summary>A named constant of a node, such as <c>axis</c>. Made by <see cref="Of(string, long)"/> and its like.</summary>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "It is an attribute; ONNX names it so.")]
public sealed class OnnxAttribute
{
    // AttributeProto of onnx.proto: fields name 1, f 2, i 3, s 4, floats 7, ints 8, type 20.
    private const int NameField = 1, FloatField = 2, NumberField = 3, TextField = 4, FloatsField = 7, NumbersField = 8, TypeField = 20;
    private const int FloatType = 1, NumberType = 2, TextType = 3, FloatsType = 6, NumbersType = 7;

    private OnnxAttribute(string name, int type)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Message.Text(NameField, name).Number(TypeField, type);
    }

    internal WireMessage Message { get; } = new();

    /// <summary>A whole number.</summary>
    public static OnnxAttribute Of(string name, long value)
    {
        var attribute = new OnnxAttribute(name, NumberType);
        attribute.Message.Number(NumberField, value);
        return attribute;
    }

    /// <summary>A fraction.</summary>
    public static OnnxAttribute Of(string name, float value)
    {
        var attribute = new OnnxAttribute(name, FloatType);
        attribute.Message.Float(FloatField, value);
        return attribute;
    }

    /// <summary>Text.</summary>
    public static OnnxAttribute Of(string name, string value)
    {
        var attribute = new OnnxAttribute(name, TextType);
        attribute.Message.Text(TextField, value);
        return attribute;
    }

    /// <summary>Whole numbers.</summary>
    public static OnnxAttribute Of(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new OnnxAttribute(name, NumbersType);
        foreach (var value in values)
            attribute.Message.Number(NumbersField, value);
        return attribute;
    }

    /// <summary>Fractions.</summary>
    public static OnnxAttribute Of(string name, params ReadOnlySpan<float> values)
    {
        var attribute = new OnnxAttribute(name, FloatsType);
        foreach (var value in values)
            attribute.Message.Float(FloatsField, value);
        return attribute;
    }
}
