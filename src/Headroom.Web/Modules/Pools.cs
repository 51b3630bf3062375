namespace Headroom.Web.Modules;

/// <summary>The names of the budget's pools, as the plan, <c>/memory-status</c> and the metrics print them.</summary>
public static class Pools
{
    /// <summary>Models, of all services.</summary>
    public const string Models = "models";

    /// <summary>Photos that are received.</summary>
    public const string Faces = "faces";

    /// <summary>Photos that are decoded.</summary>
    public const string Images = "images";

    /// <summary>Uploads and downloads.</summary>
    public const string Uploads = "uploads";

    /// <summary>Requests for documents, searches and embeddings, and submissions.</summary>
    public const string Search = "search";

    /// <summary>Sentences that are computed.</summary>
    public const string Embeddings = "embeddings";

    /// <summary>Documents that are embedded in the background.</summary>
    public const string Indexing = "indexing";
}
