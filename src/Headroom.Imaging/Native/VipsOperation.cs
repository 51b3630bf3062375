using System.Globalization;

namespace Headroom.Imaging.Native;

/// <summary>One run of a libvips operation: named arguments in, one image out.</summary>
internal sealed unsafe class VipsOperation : IDisposable
{
    private readonly VipsHandle _operation;

    /// <param name="name">The operation's nickname, for example <c>jpegload_source</c>.</param>
    internal VipsOperation(string name)
    {
        VipsLibrary.EnsureLoaded();
        _operation = new VipsHandle(Vips.NewOperation(name));
        if (_operation.IsInvalid)
            throw new InvalidOperationException($"This build of libvips has no operation '{name}'. Take the one that Headroom.Imaging is built with.");
    }

    internal VipsOperation With(string argument, string value)
    {
        if (Vips.SetArgument(_operation, argument, value) != 0)
            throw new ArgumentException($"libvips does not take '{value}' for '{argument}'.", nameof(value));
        return this;
    }

    internal VipsOperation With(string argument, double value) =>
        With(argument, value.ToString("R", CultureInfo.InvariantCulture));

    internal VipsOperation WithImage(string argument, VipsHandle image) => WithObject(argument, image, Vips.ImageType());

    internal VipsOperation WithSource(string argument, VipsHandle source) => WithObject(argument, source, Vips.SourceType());

    /// <summary>Runs the operation; false when libvips refuses.</summary>
    internal bool TryBuild() => Vips.Build(_operation) == 0;

    /// <summary>Runs the operation and takes its output image, or null when libvips refuses.</summary>
    internal VipsHandle? Output()
    {
        if (!TryBuild())
            return null;
        GValue value = default;
        Vips.InitValue(&value, Vips.ImageType());
        try
        {
            Vips.GetProperty(_operation, "out", &value);
            return new VipsHandle(Vips.DuplicateObject(&value));
        }
        finally
        {
            Vips.UnsetValue(&value);
        }
    }

    public void Dispose()
    {
        // A failed build leaves half-made outputs behind, which hold their inputs.
        if (!_operation.IsInvalid && !_operation.IsClosed)
            Vips.UnrefOutputs(_operation);
        _operation.Dispose();
    }

    private VipsOperation WithObject(string argument, VipsHandle instance, nuint type)
    {
        GValue value = default;
        Vips.InitValue(&value, type);
        try
        {
            Vips.SetObject(&value, instance);
            Vips.SetProperty(_operation, argument, &value);
        }
        finally
        {
            Vips.UnsetValue(&value);
        }

        return this;
    }
}
