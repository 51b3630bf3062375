using System.Buffers;

namespace Headroom.Buffers;

/// <summary>
/// Buffers of one length, each in pages of its own: they leave the managed heap alone, may be written to a file past the
/// page cache, what is given back is back at once, and their bytes can be told from all others. Keeps a few for reuse. It
/// does not lease: whoever rents does, before. Thread-safe.
/// </summary>
/// <param name="bufferBytes">The length of a buffer, in bytes; at least 1.</param>
/// <param name="mostKept">How many are kept for reuse at most; 0 or more.</param>
public sealed class PageBuffers(int bufferBytes, int mostKept) : IDisposable
{
    private readonly Stack<Buffer> _free = [];
    private readonly long _pageBytes = Pages.Round(bufferBytes);
    private int _mapped;
    private bool _disposed;

    /// <summary>What all buffers hold, in use or kept, in bytes.</summary>
    public long Bytes => Volatile.Read(ref _mapped) * _pageBytes;

    /// <summary>What is kept for reuse at most.</summary>
    public ByteSize Retained => new(mostKept * _pageBytes);

    /// <summary>Gives a buffer; disposing gives it back. What is in it is whatever was in it before.</summary>
    /// <exception cref="InvalidOperationException">The kernel gives no memory.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public IMemoryOwner<byte> Rent()
    {
        lock (_free)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return new Rental(this, _free.TryPop(out var kept) ? kept : Map());
        }
    }

    /// <summary>Frees what is kept; buffers that are out are freed when they come back.</summary>
    public void Dispose()
    {
        lock (_free)
        {
            _disposed = true;
            while (_free.TryPop(out var buffer))
                Unmap(buffer);
        }
    }

    private Buffer Map()
    {
        var buffer = new Buffer(Pages.Map(_pageBytes), bufferBytes);
        _mapped++;
        return buffer;
    }

    private void Unmap(Buffer buffer)
    {
        Pages.Unmap(buffer.Take(), _pageBytes);
        _mapped--;
    }

    private void Return(Buffer buffer)
    {
        lock (_free)
        {
            if (_disposed || _free.Count == mostKept)
                Unmap(buffer);
            else
                _free.Push(buffer);
        }
    }

    /// <summary>Gives its buffer back once, however often it is disposed: another request may have it by then.</summary>
    private sealed class Rental(PageBuffers buffers, Buffer buffer) : IMemoryOwner<byte>
    {
        private Buffer? _buffer = buffer;

        public Memory<byte> Memory => (_buffer ?? throw new ObjectDisposedException(nameof(PageBuffers))).Memory;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _buffer, null) is { } rented)
                buffers.Return(rented);
        }
    }

    private sealed unsafe class Buffer(nint address, int bytes) : MemoryManager<byte>
    {
        private nint _address = address;

        public nint Take() => Interlocked.Exchange(ref _address, 0);

        public override Span<byte> GetSpan() => new(Data(), bytes);

        public override MemoryHandle Pin(int elementIndex = 0) => new(Data() + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }

        private byte* Data() => _address == 0 ? throw new ObjectDisposedException(nameof(PageBuffers)) : (byte*)_address;
    }
}
