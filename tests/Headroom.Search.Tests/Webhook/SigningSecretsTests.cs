using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Headroom.Search.Webhook;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Headroom.Search.Tests.Webhook;

public sealed class SigningSecretsTests
{
    private const string Current = "current-secret-of-the-form";
    private const string Previous = "previous-secret-of-the-form";
    private static readonly byte[] Body = """{"eventId":"e"}"""u8.ToArray();

    [Theory]
    [InlineData(Current, true)]
    [InlineData(Previous, true)]
    [InlineData("another", false)]
    [InlineData("current-secret-of-the-for", false)]
    public void Both_secrets_sign_and_no_other(string secret, bool fits) => Assert.Equal(fits, Fits(Secrets(), Body, Sign(Body, secret)));

    [Fact]
    public void One_byte_more_or_less_or_other_does_not_fit()
    {
        var signature = Sign(Body, Current);

        Assert.False(Fits(Secrets(), [.. Body, (byte)' '], signature));
        Assert.False(Fits(Secrets(), Body[..^1], signature));
        Assert.False(Fits(Secrets(), Body, [.. signature[..^1], (byte)(signature[^1] ^ 1)]));
    }

    [Fact]
    public void A_body_may_come_in_pieces()
    {
        using var check = Secrets().Begin();
        foreach (var one in Body)
            check.Append([one]);

        Assert.True(check.Matches(Sign(Body, Current)));
    }

    [Fact]
    public void Without_a_secret_nothing_fits()
    {
        var secrets = SigningSecrets.Read(new ConfigurationBuilder().AddInMemoryCollection([new(SigningSecrets.Variable, "")]).Build());

        Assert.True(secrets.IsEmpty);
        Assert.False(Fits(secrets, Body, Sign(Body, "")));
    }

    [Theory]
    [InlineData(SigningSecrets.Variable, "fifteen-bytes-x", false)]
    [InlineData(SigningSecrets.PreviousVariable, "fifteen-bytes-x", false)]
    [InlineData(SigningSecrets.Variable, "sixteen-bytes-xy", true)]
    [InlineData(SigningSecrets.Variable, "éééééééé", true)]
    public void A_secret_has_sixteen_bytes_at_least(string variable, string secret, bool taken)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(variable, secret)]).Build();

        if (taken)
        {
            Assert.False(SigningSecrets.Read(configuration).IsEmpty);
            return;
        }
        var refused = Assert.Throws<InvalidOperationException>(() => SigningSecrets.Read(configuration));
        Assert.StartsWith(variable + " has 15 bytes", refused.Message);
        Assert.DoesNotContain(secret, refused.Message);
    }

    [Fact]
    public void A_header_is_one_signature_of_the_right_length()
    {
        var good = Convert.ToBase64String(Sign(Body, Current));
        var signature = new byte[SigningSecrets.SignatureBytes];

        Assert.True(SigningSecrets.TryParse(good, signature));
        Assert.Equal(Sign(Body, Current), signature);
        Assert.False(SigningSecrets.TryParse(StringValues.Empty, signature));
        Assert.False(SigningSecrets.TryParse("", signature));
        Assert.False(SigningSecrets.TryParse(new StringValues([good, good]), signature));
        Assert.False(SigningSecrets.TryParse($"{good},{good}", signature));
        Assert.False(SigningSecrets.TryParse(good[..^1], signature));
        Assert.False(SigningSecrets.TryParse(good[..^4], signature));
        Assert.False(SigningSecrets.TryParse(good + good, signature));
        Assert.False(SigningSecrets.TryParse(" " + good[..^1], signature));
        Assert.False(SigningSecrets.TryParse(new string('!', good.Length), signature));
        Assert.False(SigningSecrets.TryParse(Convert.ToHexString(Sign(Body, Current)), signature));
        Assert.False(SigningSecrets.TryParse(Convert.ToBase64String(new byte[33]), signature));
        Assert.False(SigningSecrets.TryParse(Convert.ToBase64String(new byte[31]), signature));
    }

    [Fact]
    public void Secrets_are_told_in_no_text() => Assert.DoesNotContain(Current, Convert.ToString((object)Secrets(), CultureInfo.InvariantCulture)!);

    private static SigningSecrets Secrets() =>
        SigningSecrets.Read(
            new ConfigurationBuilder().AddInMemoryCollection([new(SigningSecrets.Variable, Current), new(SigningSecrets.PreviousVariable, Previous)]).Build());

    private static bool Fits(SigningSecrets secrets, byte[] body, byte[] signature)
    {
        using var check = secrets.Begin();
        check.Append(body);
        return check.Matches(signature);
    }

    private static byte[] Sign(byte[] body, string secret) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body);
}
