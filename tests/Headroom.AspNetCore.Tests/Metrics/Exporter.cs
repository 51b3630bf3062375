using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Headroom.AspNetCore.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headroom.AspNetCore.Tests.Metrics;

/// <summary>An exporter and a meter whose instruments it exports.</summary>
internal sealed class Exporter : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricsExporter _exporter;

    public Exporter(params ObservedHistogram[] histograms)
    {
        Meters = _services.GetRequiredService<IMeterFactory>();
        _exporter = new MetricsExporter(Meters, histograms, NullLogger<MetricsExporter>.Instance);
        Meter = Meters.Create("Headroom.Tests");
    }

    public IMeterFactory Meters { get; }

    public Meter Meter { get; }

    public string Text()
    {
        var output = new ArrayBufferWriter<byte>();
        _exporter.Write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public Scrape Scrape() => new(Text());

    public static KeyValuePair<string, object?> Label(string name, object? value) => new(name, value);

    public void Dispose()
    {
        _exporter.Dispose();
        _services.Dispose();
    }
}
