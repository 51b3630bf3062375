namespace Headroom.Uploads.Tests.Serving;

/// <summary>Content that is the same at each run and looks like nothing.</summary>
internal static class Bytes
{
    public static byte[] Of(int length, int seed = 1)
    {
        var bytes = new byte[length];
#pragma warning disable CA5394 // Content for tests, not secrets.
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }
}
