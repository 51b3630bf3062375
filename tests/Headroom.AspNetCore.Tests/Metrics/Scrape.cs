using System.Globalization;
using System.Text.RegularExpressions;

namespace Headroom.AspNetCore.Tests.Metrics;

/// <summary>What a scrape holds, read the way Prometheus's text format 0.0.4 is defined; anything else fails the test.</summary>
internal sealed partial class Scrape
{
    private readonly Dictionary<string, double> _samples = [];
    private readonly Dictionary<string, string> _types = [];

    public Scrape(string text)
    {
        Assert.EndsWith("\n", text);
        string? metric = null;
        foreach (var line in text.Split('\n')[..^1])
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                metric = line.Split(' ')[2];
                Assert.DoesNotContain(metric, _types);
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.Equal(metric, line.Split(' ')[2]);
                _types.Add(metric!, line.Split(' ')[3]);
            }
            else
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, $"«{line}» is no sample.");
                Assert.True(BelongsTo(sample.Groups["name"].Value, metric!), $"«{line}» stands among the samples of {metric}.");
                Assert.True(_samples.TryAdd(sample.Groups["series"].Value, Number(sample.Groups["value"].Value)), $"«{line}» comes twice.");
            }
        }
    }

    /// <summary>The metrics and what type they are.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    public IEnumerable<string> Series => _samples.Keys;

    /// <summary>The value of a series, written as in the scrape: name, labels and all.</summary>
    public double this[string series] => _samples.TryGetValue(series, out var value)
        ? value
        : throw new KeyNotFoundException($"There is no {series} among: {string.Join(" ", _samples.Keys)}.");

    private bool BelongsTo(string name, string metric) =>
        name == metric || (_types[metric] == "histogram" && (name == metric + "_bucket" || name == metric + "_sum" || name == metric + "_count"));

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(
        """^(?<series>(?<name>[a-zA-Z_][a-zA-Z0-9_]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\[\\"n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\[\\"n])*")*\})?)"""
        + """ (?<value>NaN|[+-]Inf|-?[0-9.]+(E[+-]?[0-9]+)?)$""",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Sample();
}
