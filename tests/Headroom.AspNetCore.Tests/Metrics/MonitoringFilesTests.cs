using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Headroom.AspNetCore.Tests.Metrics;

/// <summary>The alert rules, the dashboard and the reference must not speak of metrics that there are not.</summary>
public sealed partial class MonitoringFilesTests
{
    /// <summary>What the server's own libraries measure, which are not in this process; the end-to-end tests see them there.</summary>
    private static readonly string[] OfTheServer =
    [
        "headroom_damaged_rows_total", "headroom_image_decode_seconds", "headroom_inference_seconds",
        "headroom_uploads_in_flight", "headroom_uploads_received_bytes_total", "headroom_uploads_sent_bytes_total",
        "headroom_uploads_parts_total", "headroom_uploads_files_total", "headroom_uploads_refused_total",
        "headroom_search_documents", "headroom_search_oldest_pending_seconds",
        "headroom_webhook_received_total", "headroom_webhook_stored_total", "headroom_webhook_duplicates_total",
        "headroom_webhook_ignored_total", "headroom_webhook_refused_total",
    ];

    private static readonly string Repository = typeof(MonitoringFilesTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(a => a.Key == "Repository").Value!;

    /// <summary>Prometheus itself writes these.</summary>
    private static readonly string[] OfPrometheus = ["up"];

    [Fact]
    public Task Prometheus_takes_the_rules() => Promtool.IsContentAsync("", "check", "rules", At("deploy/prometheus/alerts.yml"));

    [Fact]
    public Task Prometheus_takes_the_example_configuration() => Promtool.IsContentAsync("", "check", "config", At("deploy/prometheus/prometheus.yml"));

    [Fact]
    public Task Every_alert_fires_when_it_must_and_is_silent_when_it_must_not() =>
        Promtool.IsContentAsync("", "test", "rules", At("deploy/prometheus/alerts.test.yml"));

    [Fact]
    public void Every_alert_is_tested_has_a_severity_and_leads_to_a_section_that_exists()
    {
        var rules = File.ReadAllText(At("deploy/prometheus/alerts.yml"));
        var tests = File.ReadAllText(At("deploy/prometheus/alerts.test.yml"));
        var alerts = AlertName().Matches(rules).Select(m => m.Groups["name"].Value).ToList();
        var runbooks = Runbook().Matches(rules).Select(m => (File: m.Groups["file"].Value, Section: m.Groups["section"].Value)).ToList();

        Assert.Equal(alerts.Select(a => a.ToLowerInvariant()), runbooks.Select(r => r.Section));
        Assert.All(runbooks, r => Assert.Matches($"(?mi)^#+ {r.Section}$", File.ReadAllText(At(r.File))));
        Assert.All(alerts, a => Assert.Matches($"alertname: {a}\n *exp_alerts:", tests));
        Assert.All(alerts, a => Assert.Matches($"alertname: {a}}}", tests));
        Assert.Equal(alerts.Count, Severity().Count(rules));
    }

    [Fact]
    public async Task Every_query_of_the_dashboard_is_one_that_prometheus_understands()
    {
        var rules = Queries().Select((query, i) => new { record = $"query{i}", expr = query.Replace("$job", ".*").Replace("$instance", ".*") });
        var file = Path.GetTempFileName();
        try
        {
            // YAML takes JSON.
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { groups = new[] { new { name = "dashboard", rules } } }));
            await Promtool.IsContentAsync("", "check", "rules", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void The_dashboard_can_be_put_into_any_grafana()
    {
        var dashboard = Dashboard();

        Assert.Equal("headroom", dashboard.GetProperty("uid").GetString());
        Assert.Equal(JsonValueKind.Number, dashboard.GetProperty("version").ValueKind);
        Assert.Contains(dashboard.GetProperty("templating").GetProperty("list").EnumerateArray(), v => v.GetProperty("name").GetString() == "datasource");
        var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();
        Assert.Equal(panels.Count, panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(
            panels.Where(p => p.GetProperty("type").GetString() != "row"),
            p => Assert.Equal("${datasource}", p.GetProperty("datasource").GetProperty("uid").GetString()));
    }

    [Fact]
    public async Task Rules_and_dashboard_speak_only_of_metrics_that_are_exposed()
    {
        var exposed = await ExposedAsync();
        var spoken = Names(File.ReadAllText(At("deploy/prometheus/alerts.yml"))).Concat(Queries().SelectMany(Names)).Distinct().ToList();

        Assert.Empty(OfTheServer.Intersect(exposed.Keys));
        Assert.Empty(
            spoken.Except(exposed.Keys).Except(HistogramParts(exposed)).Except(OfTheServer).Except(OfTheServer.SelectMany(PartsOf)).Except(OfPrometheus));
    }

    [Fact]
    public async Task The_reference_names_every_metric_and_its_type()
    {
        var exposed = await ExposedAsync();
        var documented = Documented()
            .Matches(File.ReadAllText(At("docs/reference/metrics.md")))
            .ToDictionary(m => m.Groups["name"].Value, m => m.Groups["type"].Value);

        Assert.Equal(exposed.Keys.Concat(OfTheServer).Order(), documented.Keys.Order());
        Assert.All(exposed, m => Assert.Equal((m.Key, m.Value), (m.Key, documented[m.Key])));
    }

    private static async Task<IReadOnlyDictionary<string, string>> ExposedAsync()
    {
        await using var service = await TestService.StartAsync(_ => { });
        using var client = await service.ConnectAsync();
        return (await MetricsEndpointTests.ScrapeAsync(client)).Types;
    }

    private static IEnumerable<string> HistogramParts(IReadOnlyDictionary<string, string> exposed) =>
        exposed.Where(m => m.Value == "histogram").SelectMany(m => PartsOf(m.Key));

    private static string[] PartsOf(string histogram) => [histogram + "_bucket", histogram + "_sum", histogram + "_count"];

    private static IEnumerable<string> Names(string query) => MetricNames().Matches(query).Select(m => m.Value);

    private static IEnumerable<string> Queries() =>
        from panel in Dashboard().GetProperty("panels").EnumerateArray()
        where panel.TryGetProperty("targets", out _)
        from target in panel.GetProperty("targets").EnumerateArray()
        select target.GetProperty("expr").GetString();

    private static JsonElement Dashboard() => JsonElement.Parse(File.ReadAllText(At("deploy/grafana/headroom.json")));

    private static string At(string path) => Path.Join(Repository, path);

    [GeneratedRegex(@"\b(headroom|process|dotnet)_[a-z0-9_]+\b|\bup\b(?=\{)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MetricNames();

    [GeneratedRegex(@"^ *- alert: (?<name>\w+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AlertName();

    [GeneratedRegex(@"^ *runbook: (?<file>[\w./-]+)#(?<section>\w+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Runbook();

    [GeneratedRegex(@"^ *labels: \{severity: (warning|critical)\}$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Severity();

    [GeneratedRegex(@"^\| `(?<name>[a-z0-9_]+)` \| (?<type>gauge|counter|histogram) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Documented();
}
