namespace Headroom.Uploads.State;

/// <summary>How far an upload is. Stored as its number.</summary>
internal enum UploadState
{
    /// <summary>It takes parts.</summary>
    Open = 0,

    /// <summary>All parts are in and are being put together; it takes no more. A restart goes on with it.</summary>
    Completing = 1,

    /// <summary>It is a file.</summary>
    Complete = 2,

    /// <summary>It is being removed and can't be seen any more. A restart goes on with it.</summary>
    Deleting = 3,
}
