using System.Text;
using FsCheck.Fluent;
using Headroom.Uploads.Files;

namespace Headroom.Uploads.Tests.Files;

public sealed class FileNameTests
{
    [Theory]
    [InlineData("photo.jpg", "photo.jpg")]
    [InlineData("Übung 1 (neu).pdf", "Übung 1 (neu).pdf")]
    [InlineData("写真.png", "写真.png")]
    [InlineData("/etc/passwd", "passwd")]
    [InlineData("..\\..\\windows\\system.ini", "system.ini")]
    [InlineData("../..", "download")]
    [InlineData("", "download")]
    [InlineData("   ", "download")]
    [InlineData("a/", "download")]
    [InlineData("a\0b\r\nc.txt", "abc.txt")]
    [InlineData("gnp.\u202Egpj.exe", "gnp.gpj.exe")]
    [InlineData("\u200Ea\u2066b\u2069.txt", "ab.txt")]
    [InlineData("a<b>:\"|?*.txt", "ab.txt")]
    [InlineData(" .hidden. ", "hidden")]
    [InlineData("CON", "_CON")]
    [InlineData("nul.txt", "_nul.txt")]
    [InlineData("half \uD800 pair", "half  pair")]
    public void A_name_is_made_safe(string sent, string safe) => Assert.Equal(safe, FileName.Clean(sent));

    [Fact]
    public void A_long_name_keeps_its_extension()
    {
        var clean = FileName.Clean(new string('ü', 2000) + ".jpeg");

        Assert.Equal(255, Encoding.UTF8.GetByteCount(clean));
        Assert.EndsWith("ü.jpeg", clean);
    }

    [Fact]
    public void A_name_that_is_all_extension_is_cut() => Assert.Equal(255, Encoding.UTF8.GetByteCount(FileName.Clean("a." + new string('x', 4000))));

    [Fact]
    public void Whatever_was_sent_the_name_is_safe_and_cleaning_it_again_changes_nothing() => Properties.Hold(
        from parts in Gen.Elements(
            ".", " ", "/", "\\", "con", "\u202e", "\ud83d\ude00", "\ud83d", "é", "x", "\0", "*", new string('y', 130), new string('ü', 130)).ArrayOf()
        select string.Concat(parts),
        sent =>
        {
            var clean = FileName.Clean(sent);
            return clean == FileName.Clean(clean)
                && Encoding.UTF8.GetByteCount(clean) is >= 1 and <= 255
                && !clean.Any(c => char.IsControl(c) || c is '/' or '\\' or '"')
                && !clean.StartsWith('.') && !clean.EndsWith('.') && clean.Trim() == clean;
        },
        cases: 2000);
}
