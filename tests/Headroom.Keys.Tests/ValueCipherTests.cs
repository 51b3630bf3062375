using System.Security.Cryptography;
using System.Text;

namespace Headroom.Keys.Tests;

public sealed class ValueCipherTests : IDisposable
{
    private static readonly byte[] Value = Encoding.UTF8.GetBytes("a value of some length");
    private static readonly byte[] Identity = Encoding.UTF8.GetBytes("row 1");

    private readonly string _old = NewKey();
    private readonly MasterKeyRing _ring;
    private readonly ValueCipher _cipher;

    public ValueCipherTests()
    {
        _ring = MasterKeyRing.Parse(_old);
        _cipher = new ValueCipher(_ring, "test");
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _ring.Dispose();
    }

    [Fact]
    public void A_sealed_value_opens_as_it_was()
    {
        var sealedValue = _cipher.Seal(Value, Identity);

        Assert.Equal(Value.Length + ValueCipher.Overhead, sealedValue.Length);
        Assert.Equal(-1, sealedValue.AsSpan().IndexOf(Value));
        Assert.True(_cipher.TryOpen(_ring.Current, sealedValue, Identity, out var opened));
        Assert.Equal(Value, opened.ToArray());
    }

    [Fact]
    public void Any_flipped_bit_is_noticed()
    {
        var sealedValue = _cipher.Seal(Value, Identity);
        for (var bit = 0; bit < sealedValue.Length * 8; bit++)
        {
            var flipped = sealedValue.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(_cipher.TryOpen(_ring.Current, flipped, Identity, out _));
        }
    }

    [Fact]
    public void Another_identity_purpose_or_key_opens_nothing()
    {
        var sealedValue = _cipher.Seal(Value, Identity);
        using var otherPurpose = new ValueCipher(_ring, "another");
        using var otherRing = MasterKeyRing.Parse(NewKey());
        using var otherKey = new ValueCipher(otherRing, "test");

        Assert.False(_cipher.TryOpen(_ring.Current, sealedValue.ToArray(), "row 2"u8, out _));
        Assert.False(otherPurpose.TryOpen(_ring.Current, sealedValue.ToArray(), Identity, out _));
        Assert.False(otherKey.TryOpen(otherRing.Current, sealedValue.ToArray(), Identity, out _));
        Assert.Throws<MasterKeyException>(() => otherKey.TryOpen(_ring.Current, sealedValue.ToArray(), Identity, out _));
        Assert.Throws<MasterKeyException>(() => otherKey.Require(_ring.Current));
        Assert.False(_cipher.TryOpen(_ring.Current, new byte[ValueCipher.Overhead - 1], Identity, out _));
    }

    [Fact]
    public void After_a_rotation_older_values_open_and_new_ones_are_under_the_new_key()
    {
        var before = _cipher.Seal(Value, Identity);
        using var ring = MasterKeyRing.Parse($"{NewKey()} {_old}");
        using var cipher = new ValueCipher(ring, "test");

        Assert.True(cipher.TryOpen(_ring.Current, before, Identity, out _));
        Assert.True(cipher.TryOpen(ring.Current, cipher.Seal(Value, Identity), Identity, out _));
        Assert.False(cipher.TryOpen(_ring.Current, cipher.Seal(Value, Identity), Identity, out _));
    }

    [Fact]
    public void The_same_value_is_sealed_differently_each_time() => Assert.NotEqual(_cipher.Seal(Value, Identity), _cipher.Seal(Value, Identity));

    [Fact]
    public void Many_threads_seal_and_open_at_once() => Parallel.For(0, 2000, i =>
    {
        var identity = BitConverter.GetBytes(i);
        Assert.True(_cipher.TryOpen(_ring.Current, _cipher.Seal(Value, identity), identity, out var opened));
        Assert.Equal(Value, opened.ToArray());
    });

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
