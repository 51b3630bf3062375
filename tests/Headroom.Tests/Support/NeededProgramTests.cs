using Xunit.Sdk;

namespace Headroom.Tests.Support;

public sealed class NeededProgramTests
{
    private readonly NeededProgram _missing = new("no-such-program", "its-package");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("false")]
    public void A_test_whose_program_is_missing_is_skipped_and_says_how_to_get_it(string? ci)
    {
        // Not by Assert.Throws or Record: they hand a skip on, and skip this test.
        SkipException? end = null;
        try
        {
            _missing.PathOrSkip(ci);
        }
        catch (SkipException skip)
        {
            end = skip;
        }

        Assert.NotNull(end);
        Assert.EndsWith("no-such-program is missing: apt-get install --no-install-recommends its-package", end.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("True")]
    public void In_CI_it_fails_and_says_so(string ci)
    {
        var end = Assert.IsAssignableFrom<XunitException>(Record.Exception(() => _missing.PathOrSkip(ci)));

        Assert.IsNotType<SkipException>(end);
        Assert.Contains("apt-get install --no-install-recommends its-package", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_is_here_is_given_with_its_path() =>
        Assert.True(File.Exists(new NeededProgram("sh", "dash").PathOrSkip(ci: "true")));
}
