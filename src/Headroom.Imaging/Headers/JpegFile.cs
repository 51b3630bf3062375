namespace Headroom.Imaging.Headers;

/// <summary>Walks a JPEG's segments and scans to its end (ITU-T T.81, annex B).</summary>
/// <remarks>
/// Kept are the frame, the tables and the scans. Of the other segments only two facts reach the codec, in segments of our
/// own: that the file is JFIF, and Adobe's colour transform, as both say what the channels mean. What lies after the
/// end of the picture (previews, videos of telephones) is cut off.
/// </remarks>
internal sealed class JpegFile
{
    /// <summary>A photo with a depth map in its metadata has some 200.</summary>
    private const int MaxSegments = 1024;

    /// <summary>Each scan costs the decoder a pass over the picture. Encoders make up to 18 for four channels.</summary>
    private const int MaxScans = 32;

    private const byte Soi = 0xD8, Eoi = 0xD9, Sos = 0xDA, Dht = 0xC4, Dqt = 0xDB, Dri = 0xDD, Dhp = 0xDE, Tem = 0x01;
    private const byte App0 = 0xE0, App1 = 0xE1, App2 = 0xE2, App14 = 0xEE;

    private static readonly byte[] Jfif = [0xFF, App0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0];

    private readonly Stream _stream;
    private readonly ByteReader _reader;
    private readonly SizeLimit _limit;
    private readonly JpegMarkers _markers;
    private readonly KeptParts _parts = new();
    private readonly JpegProfile _profile = new();
    private JpegFrame? _frame;
    private int _segments;
    private int _scans;
    private long _scannedBytes;
    private bool _severalScans;
    private int? _orientation;
    private bool _isJfif;
    private byte? _adobeTransform;

    private JpegFile(Stream stream, SizeLimit limit)
    {
        _stream = stream;
        _reader = new ByteReader(stream);
        _limit = limit;
        _markers = new JpegMarkers(stream);
    }

    internal static StoredPicture Read(Stream stream, SizeLimit limit)
    {
        var file = new JpegFile(stream, limit);
        file.Walk();
        return file.Describe();
    }

    private void Walk()
    {
        _stream.Position = 2;
        while (_markers.TryFindNext(out var marker))
        {
            if (marker == Eoi)
            {
                _parts.Keep(_markers.Start, 2);
                return;
            }

            if (marker == Soi)
                throw ImageException.Corrupt();
            if (marker == Tem)
                continue;
            if (++_segments > MaxSegments)
                throw new ImageException(ImageProblem.Unsupported, $"The JPEG has more than {MaxSegments} segments. Save it without metadata.");
            Segment(marker, _markers.Start);
        }

        // A file without an end: whether its picture is whole only the codec can tell.
    }

    private void Segment(byte marker, long start)
    {
        var length = _reader.BigEndian16() - 2;
        if (length < 0)
            throw ImageException.Corrupt();
        var data = _stream.Position;
        if (length > _stream.Length - data)
            throw ImageException.Truncated();
        if (marker == Sos)
        {
            BeginScan();
            _stream.Position = data + length;
            var found = _markers.TryFindNext(out _);
            _parts.Keep(start, _markers.Start - start);
            _stream.Position = found ? _markers.Start : _stream.Length;
            return;
        }

        if (JpegFrame.Begins(marker))
            BeginFrame(marker, length);
        else if (marker == Dhp)
            throw JpegFrame.NotOrdinary();
        else if (_scans == 0)
            Metadata(marker, data, length);
        if (JpegFrame.Begins(marker) || marker is Dht or Dqt or Dri)
            _parts.Keep(start, 4 + length);
        _stream.Position = data + length;
    }

    private void BeginFrame(byte marker, int length)
    {
        if (_frame is not null)
            throw ImageException.Corrupt();
        _frame = JpegFrame.Read(_reader, marker, length, _limit);
    }

    private void BeginScan()
    {
        if (_frame is null)
            throw ImageException.Corrupt();
        if (++_scans > MaxScans)
            throw new ImageException(ImageProblem.Unsupported, $"The JPEG draws its picture in more than {MaxScans} passes. Save it as an ordinary JPEG.");

        // As libjpeg decides it, and so whether it holds all coefficients: by the first scan alone.
        int components = _reader.Byte();
        if (components == 0 || components > _frame.Components)
            throw ImageException.Corrupt();
        if (_scans == 1)
            _severalScans = _frame.Progressive || components < _frame.Components;
        for (var i = 0; i < components; i++)
        {
            _scannedBytes += _frame.CoefficientBytesOf(_reader.Byte());
            _reader.Skip(1);
        }
    }

    private void Metadata(byte marker, long data, int length)
    {
        Span<byte> head = stackalloc byte[12];
        switch (marker)
        {
            case App0 when length >= 14:
                _reader.Fill(head);
                _isJfif |= head.StartsWith("JFIF\0"u8);
                break;
            case App1 when length > 6 && _orientation is null:
                _reader.Fill(head[..6]);
                if (head.StartsWith("Exif\0"u8))
                    _orientation = ExifOrientation.Read(_stream, data, length);
                break;
            case App2:
                _profile.Add(_reader, length);
                break;
            case App14 when length >= 12:
                _reader.Fill(head);
                if (head.StartsWith("Adobe"u8))
                    _adobeTransform = head[11];
                break;
        }
    }

    private StoredPicture Describe()
    {
        if (_frame is not { } frame || _scans == 0)
            throw ImageException.Corrupt();
        byte[] adobe = _adobeTransform is { } transform ? [0xFF, App14, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, transform] : [];
        _parts.Prepend([0xFF, Soi, .. _isJfif ? Jfif : [], .. adobe]);
        var profile = ColourProfile.ToObey(_profile.Whole);
        var pixels = (long)frame.Width * frame.Height;
        var passes = _severalScans
            ? PixelWork.JpegInScans(pixels, frame.CoefficientBytes, _scannedBytes, profile is not null, _stream.Length)
            : PixelWork.Jpeg(pixels, profile is not null, _stream.Length);
        var header = new ImageHeader(
            ImageFormat.Jpeg, frame.Width, frame.Height, _orientation ?? ExifOrientation.Upright, _severalScans,
            _severalScans ? frame.CoefficientBytes : 0, (long)frame.Width * frame.Components, profile?.Length ?? 0, passes, _stream.Length);
        return new StoredPicture(header, frame.Components, _parts.All, profile);
    }
}
