namespace Headroom.Faces.Recognition;

/// <summary>How the search for one face in a photo ended.</summary>
public enum FaceFinding
{
    /// <summary>One face, embedded.</summary>
    OneFace,

    /// <summary>No face.</summary>
    NoFace,

    /// <summary>Several faces of similar size: nobody can say whose photo it is.</summary>
    SeveralFaces,

    /// <summary>A face too small to compare.</summary>
    TooSmall,
}
