using Microsoft.Extensions.Configuration;

namespace Headroom.Uploads.Tests;

public sealed class UploadOptionsTests
{
    [Theory]
    [InlineData("MaxFileMb", "0", "MAXFILEMB")]
    [InlineData("MaxFileMb", "900000", "5000 times MAXPARTMB")]
    [InlineData("MaxPartMb", "5000", "MAXPARTMB")]
    [InlineData("ExpiryHours", "0", "EXPIRYHOURS")]
    [InlineData("MemoryMb", "1", "MEMORYMB")]
    [InlineData("Origins", "example.org", "ORIGINS")]
    [InlineData("Origins", "https://example.org/path", "ORIGINS")]
    public void A_setting_that_makes_no_sense_is_named(string name, string value, string sentence)
    {
        var options = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(name, value)]).Build().Get<UploadOptions>()!;

        Assert.Contains(sentence, Assert.Throws<InvalidOperationException>(options.Validate).Message);
    }

    [Fact]
    public void What_is_there_without_settings_makes_sense() => new UploadOptions().Validate();
}
