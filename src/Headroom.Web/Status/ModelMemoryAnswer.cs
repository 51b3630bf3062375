namespace Headroom.Web.Status;

/// <summary>What <c>/memory-status</c> answers as <c>vector_search_memory</c>: the resident set, and whether all models are in it.</summary>
internal sealed record ModelMemoryAnswer(double RssMb, bool ModelLoaded);
