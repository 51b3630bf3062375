using Headroom.Server.Storing;
using Headroom.Uploads;
using Microsoft.Extensions.Configuration;

namespace Headroom.Server.Tests.Storing;

public sealed class StoreSettingsTests
{
    [Theory]
    [InlineData("Store", "tape", "HEADROOM__UPLOADS__STORE must be disk or s3.")]
    [InlineData("KeepFreeMb", "-1", "KEEPFREEMB")]
    [InlineData("Store", "s3", "S3__ENDPOINT")]
    public void A_setting_that_makes_no_sense_is_named(string name, string value, string sentence)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(name, value)]).Build().Get<StoreSettings>()!;

        Assert.Contains(sentence, Assert.Throws<InvalidOperationException>(() => settings.Validate(new UploadOptions())).Message);
    }

    [Fact]
    public void What_is_there_without_settings_makes_sense() => new StoreSettings().Validate(new UploadOptions());

    [Fact]
    public void A_spool_must_hold_what_has_to_be_joined()
    {
        var settings = new StoreSettings
        {
            Store = "s3",
            S3 = new S3Settings { Endpoint = "https://s3.example", Bucket = "b", AccessKey = "a", SecretKey = "s" },
        };

        Assert.Contains("S3__SPOOLMB", Assert.Throws<InvalidOperationException>(() => settings.Validate(new UploadOptions { MaxPartMb = 600 })).Message);
        settings.Validate(new UploadOptions { MaxPartMb = 400 });
    }

    [Fact]
    public void S3_takes_no_parts_below_its_own_least()
    {
        var settings = new StoreSettings
        {
            Store = "s3",
            S3 = new S3Settings { Endpoint = "https://s3.example", Bucket = "b", AccessKey = "a", SecretKey = "s" },
        };

        Assert.Contains("MAXPARTMB", Assert.Throws<InvalidOperationException>(() => settings.Validate(new UploadOptions { MaxPartMb = 7 })).Message);
    }
}
