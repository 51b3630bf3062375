namespace Headroom.Web.Status;

/// <summary>What <c>/upload/ram-status</c> answers.</summary>
internal sealed record RamAnswer(double RamUsedMb, double RamLimitMb, double RamFreeMb);
