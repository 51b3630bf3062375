using Headroom.Durability;

namespace Headroom.Tests.Durability;

public sealed class Crc32CTests
{
    [Fact]
    public void It_is_the_checksum_of_the_standard()
    {
        Assert.Equal(0xE306_9283, Crc32C.Compute("123456789"u8));
        // RFC 3720, B.4: 32 bytes of zeros.
        Assert.Equal(0x8A91_36AA, Crc32C.Compute(new byte[32]));
    }

    [Fact]
    public void Parts_give_what_the_whole_gives()
    {
        var data = new byte[1000];
        new Random(1).NextBytes(data);

        for (var cut = 0; cut <= data.Length; cut += 13)
            Assert.Equal(Crc32C.Compute(data), Crc32C.Compute(data.AsSpan(cut), Crc32C.Compute(data.AsSpan(0, cut))));
    }
}
