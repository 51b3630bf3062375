using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Headroom.Imaging.Native;

/// <summary>Lets libvips read a seekable <see cref="Stream"/> from its start, and remembers what went wrong on the way.</summary>
internal sealed unsafe class StreamSource : IDisposable
{
    /// <summary>A few kilobytes may hold seconds of work: the token is looked at between them.</summary>
    private const int MostAtOnce = 4096;

    private readonly CancellationToken _cancellationToken;
    private Stream? _stream;
    private Exception? _failure;

    /// <param name="stream">Seekable; read from its start.</param>
    /// <param name="cancellationToken">Fails the next read.</param>
    internal StreamSource(Stream stream, CancellationToken cancellationToken)
    {
        VipsLibrary.EnsureLoaded();
        _stream = stream;
        _cancellationToken = cancellationToken;
        stream.Position = 0;
        Handle = new VipsHandle(Vips.NewCustomSource());

        // libvips may keep the source longer than we do, so the GC handle goes when the native object does.
        var self = GCHandle.ToIntPtr(GCHandle.Alloc(this));
        Vips.Connect(Handle, "seek", (delegate* unmanaged[Cdecl]<nint, long, int, nint, long>)&Seek, self, null, 0);
        Vips.Connect(Handle, "read", (delegate* unmanaged[Cdecl]<nint, byte*, long, nint, long>)&Read, self, &Release, 0);
    }

    internal VipsHandle Handle { get; }

    /// <summary>True once libvips asked for bytes after the last one.</summary>
    internal bool ReachedEnd { get; private set; }

    /// <summary>Rethrows what the stream threw, if it did.</summary>
    internal void ThrowIfStreamFailed()
    {
        if (_failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    public void Dispose()
    {
        Volatile.Write(ref _stream, null);
        Handle.Dispose();
    }

    private long Read(Span<byte> buffer)
    {
        if (_failure is not null || Volatile.Read(ref _stream) is not { } stream)
            return -1;
        try
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var read = stream.Read(buffer);
            ReachedEnd |= read == 0 && !buffer.IsEmpty;
            return read;
        }
#pragma warning disable CA1031 // Nothing may unwind through native frames: it is kept and rethrown by the caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = exception;
            return -1;
        }
    }

    private long Seek(long offset, SeekOrigin origin)
    {
        if (_failure is not null || Volatile.Read(ref _stream) is not { } stream)
            return -1;
        try
        {
            return stream.Seek(offset, origin);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = exception;
            return -1;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Read(nint source, byte* buffer, long length, nint self) =>
        ((StreamSource)GCHandle.FromIntPtr(self).Target!).Read(new Span<byte>(buffer, (int)Math.Clamp(length, 0, MostAtOnce)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Seek(nint source, long offset, int origin, nint self) =>
        ((StreamSource)GCHandle.FromIntPtr(self).Target!).Seek(offset, (SeekOrigin)origin);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint self, nint closure) => GCHandle.FromIntPtr(self).Free();
}
