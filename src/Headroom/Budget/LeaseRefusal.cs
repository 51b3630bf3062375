namespace Headroom.Budget;

/// <summary>Why a lease was refused.</summary>
public enum LeaseRefusal
{
    /// <summary>It asks for more than its pool or the whole budget can ever give.</summary>
    TooLarge,

    /// <summary>As many as are allowed wait already.</summary>
    QueueFull,

    /// <summary>It waited as long as is allowed.</summary>
    TimedOut,
}
