using Microsoft.Win32.SafeHandles;

namespace Headroom.Blobs.Disk;

/// <summary>Reads a complete object, one part's file open at a time. Holds no bytes.</summary>
internal sealed class DiskReadStream(string folder, SafeFileHandle index, long offset, long end) : ForwardStream
{
    private SafeFileHandle? _part;
    private int _number = DiskIndex.Find(index, offset);
    private long _partOffset;
    private long _partEnd;
    private long _position = offset;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= end || buffer.IsEmpty)
            return 0;
        var part = OpenPart();
        var count = (int)Math.Min(buffer.Length, Math.Min(end, _partEnd) - _position);
        var read = await RandomAccess.ReadAsync(part, buffer[..count], _position - _partOffset, cancellationToken).ConfigureAwait(false);
        if (read == 0)
            throw new BlobException(
                BlobProblem.Damaged,
                $"The part at {_partOffset} of '{Path.GetFileName(folder)}' is shorter than it was when the object was completed. Restore it from a backup.");
        _position += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        _part?.Dispose();
        index.Dispose();
        base.Dispose(disposing);
    }

    private SafeFileHandle OpenPart()
    {
        if (_part is not null && _position < _partEnd)
            return _part;
        if (_part is not null)
            _number++;
        _part?.Dispose();
        (_partOffset, var length) = DiskIndex.Read(index, _number);
        _partEnd = _partOffset + length;
        try
        {
            return _part = File.OpenHandle(DiskFolders.Part(folder, _partOffset), options: FileOptions.SequentialScan);
        }
        catch (IOException problem)
        {
            throw new BlobException(
                BlobProblem.NotFound,
                $"The part at {_partOffset} of '{Path.GetFileName(folder)}' is gone: the object was deleted while it was read.",
                problem);
        }
    }
}
