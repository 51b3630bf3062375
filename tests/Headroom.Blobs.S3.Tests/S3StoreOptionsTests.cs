namespace Headroom.Blobs.S3.Tests;

public sealed class S3StoreOptionsTests
{
    private const string Secret = "very-secret";

    [Theory]
    [InlineData("ftp://host", "b", "us-east-1", "", 30, "endpoint")]
    [InlineData("http://host/path", "b", "us-east-1", "", 30, "endpoint")]
    [InlineData("http://user:very-secret@host", "b", "us-east-1", "", 30, "endpoint")]
    [InlineData("http://host?x=1", "b", "us-east-1", "", 30, "endpoint")]
    [InlineData("http://host", "", "us-east-1", "", 30, "bucket")]
    [InlineData("http://host", "b", " ", "", 30, "region")]
    [InlineData("http://host", "b", "us-east-1", "/x", 30, "prefix")]
    [InlineData("http://host", "b", "us-east-1", "ü", 30, "prefix")]
    [InlineData("http://host", "b", "us-east-1", "", 0, "timeout")]
    public void A_setting_that_makes_no_sense_is_named_without_secrets(string endpoint, string bucket, string region, string prefix, int seconds, string named)
    {
        var options = new S3StoreOptions
        {
            Endpoint = new Uri(endpoint),
            Bucket = bucket,
            AccessKey = "a",
            SecretKey = Secret,
            Region = region,
            Prefix = prefix,
            CallTimeout = TimeSpan.FromSeconds(seconds),
        };

        var refused = Assert.Throws<ArgumentException>(() => S3StoreOptions.Validate(options));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.Message, StringComparison.Ordinal);
    }
}
