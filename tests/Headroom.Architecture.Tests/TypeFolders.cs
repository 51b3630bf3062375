using System.Text.RegularExpressions;

namespace Headroom.Architecture.Tests;

/// <summary>Where each type of a project is declared.</summary>
internal static partial class TypeFolders
{
    /// <summary>The folder of each type by its full name without arity; types of the project's root are left out.</summary>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<(string Folder, string Source)> files)
    {
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (folder, source) in files)
        {
            if (folder.Length == 0 || Namespace(source) is not { } space)
                continue;
            foreach (Match declared in Declaration().Matches(source))
                folders.TryAdd($"{space}.{declared.Groups["name"].Value}", folder);
        }
        return folders;
    }

    /// <summary>The namespace of a source file; null for one that declares none.</summary>
    public static string? Namespace(string source) => NamespaceLine().Match(source) is { Success: true } line ? line.Groups["name"].Value : null;

    // Types that are declared in others are indented; they go with those.
    [GeneratedRegex(
        @"^[a-z ]*\b(class|struct|interface|enum|record|delegate [\w<>\[\]?., ]+?) (?<name>[A-Z]\w*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamespaceLine();
}
