namespace Headroom.Uploads.State;

/// <summary>By which protocol an upload is sent. Stored as its number.</summary>
internal enum UploadKind
{
    /// <summary>Numbered parts of one length, in any order and in parallel.</summary>
    Parts = 0,

    /// <summary>tus: bytes are appended.</summary>
    Tus = 1,
}
