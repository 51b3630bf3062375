namespace Headroom.Search.Documents;

/// <summary>How far a document is. By its words it is found in every state.</summary>
public enum DocumentState
{
    /// <summary>Waits to be found by meaning, too.</summary>
    Pending,

    /// <summary>Found by meaning.</summary>
    Indexed,

    /// <summary>Could not be embedded, however often it was tried; see its error. Tried again on demand.</summary>
    Failed,
}
