using System.Globalization;
using Headroom.LimitProbe;
using Headroom.Limits;
using Headroom.Measuring;

// Does what it is told in the cgroup that this process was started in, and prints what came of it, one «key=value» a line.
IEnumerable<(string Key, object Value)> results = args switch
{
    [] => Find(),
    ["recover"] => GovernedProcess.Recover(),
    ["go-on"] => GovernedProcess.GoOn(),
    ["limit"] => GovernedProcess.ChangeLimit(),
    ["thrash", var file] => Thrashing.Run(file),
    ["breakdown"] => Breakdown.Run(),
    ["sockets"] => UnreadSockets.Fill(),
    ["hold", var folder] => Holding.Run(folder),
    _ => throw new NotSupportedException($"There is no scenario '{string.Join(' ', args)}'."),
};
foreach (var (key, value) in results)
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{key}={value}"));

static IEnumerable<(string, object)> Find()
{
    var limit = new MemoryLimitDetector().Detect();
    var snapshot = new MemoryMeter(limit).Read();
    return
    [
        ("limit", limit.Size.Bytes),
        ("source", limit.Source),
        ("directory", limit.CgroupDirectory ?? ""),
        ("own", limit.Cgroup?.Directories[0] ?? ""),
        ("charged", snapshot.Cgroup?.Total ?? 0),
        ("unreclaimable", snapshot.Cgroup?.Unreclaimable ?? 0),
        ("stalls are measured", snapshot.Cgroup?.Stalled is not null),
    ];
}
