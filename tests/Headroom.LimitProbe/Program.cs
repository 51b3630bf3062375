using System.Globalization;
using Headroom.Limits;
using Headroom.Measuring;

// Prints what the library finds in the cgroup that this process was started in, one «key=value» a line.
var limit = new MemoryLimitDetector().Detect();
var snapshot = new MemoryMeter(limit).Read();
Print("limit", limit.Size.Bytes.ToString(CultureInfo.InvariantCulture));
Print("source", limit.Source);
Print("directory", limit.CgroupDirectory ?? "");
Print("own", limit.Cgroup?.Directories[0] ?? "");
Print("charged", (snapshot.Cgroup?.Total ?? 0).ToString(CultureInfo.InvariantCulture));
Print("unreclaimable", (snapshot.Cgroup?.Unreclaimable ?? 0).ToString(CultureInfo.InvariantCulture));

static void Print(string key, string value) => Console.WriteLine($"{key}={value}");
