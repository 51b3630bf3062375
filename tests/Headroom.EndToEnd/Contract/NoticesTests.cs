using System.Text.RegularExpressions;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Contract;

/// <summary>What others wrote is shipped with its notice, and its licence where that is asked for.</summary>
public sealed partial class NoticesTests
{
    private readonly string _notices = File.ReadAllText(Path.Join(Built.ServerFolder, "THIRD-PARTY-NOTICES.md"));

    [Fact]
    public void Every_library_beside_the_program_is_named()
    {
        var others = Directory.EnumerateFiles(Built.ServerFolder, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path))
            .Where(name => Library.IsMatch(name) && !name.StartsWith("headroom", StringComparison.OrdinalIgnoreCase)).ToList();

        Assert.NotEmpty(others);
        Assert.DoesNotContain(others, name => !_notices.Contains($"`{name}`", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_licence_that_it_points_to_is_shipped()
    {
        var licences = Licence.Matches(_notices).Select(match => match.Groups["path"].Value).Append("LICENSE").ToList();

        Assert.True(licences.Count > 4);
        Assert.All(licences, path => Assert.True(File.Exists(Path.Join(Built.ServerFolder, path)), path));
    }

    [GeneratedRegex(@"\.(dll|dylib)$|\.so(\.\d+)*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Library { get; }

    [GeneratedRegex("`(?<path>licences/[^`]+[^/`])`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Licence { get; }
}
