namespace Headroom.Vectors;

/// <summary>Why an index can't be used.</summary>
public enum VectorIndexProblem
{
    /// <summary>
    /// A file is shorter than what was committed, or a checksum is wrong. Delete the folder and build the index again from
    /// where the vectors came from.
    /// </summary>
    Damaged,

    /// <summary>Somebody else has the folder open.</summary>
    InUse,

    /// <summary>The folder holds vectors of another length.</summary>
    OtherDimensions,

    /// <summary>The folder was written by a version that is not known here.</summary>
    OtherVersion,

    /// <summary>An earlier commit failed half-way, so that what is on the disk is not known. Open the index again.</summary>
    CommitFailed,
}
