namespace Headroom.Keys.Tests;

public sealed class MasterKeyRingTests
{
    private readonly string _old = NewKey();
    private readonly string _new = NewKey();

    [Theory]
    [InlineData("{0}\n{1}")]
    [InlineData("{0},{1}")]
    [InlineData("  {0} \t {1}  ")]
    [InlineData("# first\r\n{0} # the current one\r\n\r\n{1}\r\n#")]
    public void Keys_are_separated_by_white_space_or_commas_and_may_have_comments(string text)
    {
        using var ring = MasterKeyRing.Parse(text.Replace("{0}", _new, StringComparison.Ordinal).Replace("{1}", _old, StringComparison.Ordinal));
        using var current = MasterKeyRing.Parse(_new);

        Assert.Equal(2, ring.Ids.Count);
        Assert.Equal(current.Current, ring.Current);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing")]
    [InlineData("secret")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_key_is_refused_without_repeating_it(string text)
    {
        var exception = Assert.Throws<MasterKeyException>(() => MasterKeyRing.Parse(text));

        if (text.Length > 0)
            Assert.DoesNotContain(text, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_key_twice_is_refused() => Assert.Throws<MasterKeyException>(() => MasterKeyRing.Parse($"{_old}\n{_old}"));

    [Fact]
    public void A_ring_has_at_most_100_keys()
    {
        using var ring = MasterKeyRing.Parse(string.Join('\n', Enumerable.Range(0, 100).Select(_ => NewKey())));

        Assert.Throws<MasterKeyException>(() => MasterKeyRing.Parse(string.Join('\n', Enumerable.Range(0, 101).Select(_ => NewKey()))));
    }

    private static string NewKey() => Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
}
