using System.Text.Json;
using System.Text.Json.Serialization;

namespace Headroom.AspNetCore.Status;

/// <summary>What <c>/health</c> answers.</summary>
internal sealed record HealthAnswer(string Status, bool ModelLoaded, bool ModelLoading, string? ModelError, DateTimeOffset Timestamp);

/// <summary>What <c>/health/live</c> and <c>/health/ready</c> answer.</summary>
internal sealed record ProbeAnswer(string Status);

/// <summary>What <c>/model-status</c> answers; times in seconds.</summary>
internal sealed record ModelsAnswer(
    string Status,
    bool ModelLoaded,
    bool ModelLoading,
    string? ModelError,
    DateTimeOffset Timestamp,
    double? LoadTime,
    IReadOnlyList<ModelAnswer> Models);

/// <summary>What <c>/memory-status</c> answers; all sizes in units of 1,048,576 bytes.</summary>
internal sealed record MemoryAnswer(
    SystemMemory SystemMemory,
    ProcessMemory Process,
    BudgetMemory Budget,
    IReadOnlyList<PartMemory> Parts,
    double UnexplainedMb,
    double WorkingSetMb,
    double UnreclaimableMb,
    TrendMemory Trend,
    PressureMemory Pressure,
    IReadOnlyList<WorkMemory> Work)
{
    /// <summary>What services add.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>The limit that applies and how much of it is used.</summary>
internal sealed record SystemMemory(double TotalMb, double AvailableMb, double UsedMb, double PercentUsed);

/// <summary>This process.</summary>
internal sealed record ProcessMemory(double RssMb, double AnonymousMb, double FileMb, double GcHeapMb, double GcLimitMb);

/// <summary>The ledger.</summary>
internal sealed record BudgetMemory(
    double LimitMb,
    double MarginMb,
    double LeasedMb,
    double HeadroomMb,
    double UnexplainedMb,
    string Pressure,
    IReadOnlyList<PoolMemory> Pools);

/// <summary>One pool.</summary>
internal sealed record PoolMemory(string Name, double CapMb, double LeasedMb, double PeakMb, int Waiting, long Granted, long Refused);

/// <summary>Where the memory is heading.</summary>
internal sealed record TrendMemory(string Kind, double SlopeMbPerHour, double FloorMb, double? SecondsToLimit, string Detail);

/// <summary>What is done about pressure.</summary>
internal sealed record PressureMemory(string Level, double Scale, bool Thrashing, IReadOnlyList<ReclaimerMemory> Reclaimers);

/// <summary>One reclaimer's record.</summary>
internal sealed record ReclaimerMemory(
    string Name,
    string Rung,
    long Runs,
    long Ineffective,
    double ReturnedMb,
    double LastReturnedMb,
    DateTimeOffset? LastRun,
    string? Error);

/// <summary>How one kind of work's estimates compare with what was observed.</summary>
internal sealed record WorkMemory(
    string Kind,
    long Observations,
    double Factor,
    double EstimatedMb,
    double ObservedMb,
    double ObservedP95Mb,
    double Drift,
    bool Drifting);

/// <summary>One part of the working set.</summary>
internal sealed record PartMemory(string Name, double Mb);

/// <summary>What <c>/health/memory</c> answers; all figures in bytes but the counts.</summary>
internal sealed record GcAnswer(
    long LimitBytes,
    long UnreclaimableBytes,
    long WorkingSetBytes,
    long RssBytes,
    long AnonymousBytes,
    long FileBytes,
    long GcHeapBytes,
    long GcCommittedBytes,
    long GcLimitBytes,
    int Gen0Collections,
    int Gen1Collections,
    int Gen2Collections);
