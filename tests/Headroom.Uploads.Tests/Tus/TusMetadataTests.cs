using System.Text;
using FsCheck.Fluent;
using Headroom.AspNetCore.Problems;
using Headroom.Uploads.Tus;

namespace Headroom.Uploads.Tests.Tus;

public sealed class TusMetadataTests
{
    [Theory]
    [InlineData("", null, null)]
    [InlineData("filename", null, null)]
    [InlineData("filename Zm9v", "foo", null)]
    [InlineData("name Zm9v,type dGV4dC9wbGFpbg==", "foo", "text/plain")]
    [InlineData("other Zm9v , filename  Zm9v", "foo", null)]
    public void Name_and_type_are_found_under_the_keys_that_clients_use(string header, string? name, string? type)
    {
        Assert.Equal(new TusMetadata(name, type), TusMetadata.Parse(header));
    }

    [Theory]
    [InlineData("filename ä")]
    [InlineData("filename Zm9v,filename Zm9v")]
    [InlineData("filename Zm9")]
    [InlineData("filename Zm9v Zm9v")]
    public void What_breaks_the_rules_is_refused(string header) => Assert.Throws<ProblemException>(() => TusMetadata.Parse(header));

    [Fact]
    public void A_header_that_is_too_long_is_refused() => Assert.Throws<ProblemException>(() => TusMetadata.Parse("filename " + new string('A', 4096)));

    [Fact]
    public void Any_text_is_either_read_or_refused() => Properties.Hold(
        ArbMap.Default.GeneratorFor<string?>(),
        header =>
        {
            try
            {
                TusMetadata.Parse(header ?? "");
                return true;
            }
            catch (ProblemException refused)
            {
                return refused.Status == 400;
            }
        });

    [Fact]
    public void Any_name_comes_through() => Properties.Hold(
        from bytes in ArbMap.Default.GeneratorFor<byte[]>() select Encoding.Latin1.GetString(bytes),
        name => TusMetadata.Parse("filename " + Convert.ToBase64String(Encoding.UTF8.GetBytes(name))).Name == (name.Length == 0 ? null : name));
}
