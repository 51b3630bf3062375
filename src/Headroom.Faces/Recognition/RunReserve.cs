namespace Headroom.Faces.Recognition;

/// <summary>
/// What a run of the models takes beside the photo. Usually it is kept for the next run, and the plan has it. Where memory
/// is short nothing is kept: then each run takes it anew, under its photo's lease, and gives it back.
/// </summary>
/// <param name="perRun">What one run takes.</param>
/// <param name="isShort">Whether memory is short.</param>
/// <param name="giveBack">Gives back what is kept.</param>
internal sealed class RunReserve(ByteSize perRun, Func<bool> isShort, Action giveBack)
{
    /// <summary>Bytes that a photo has to lease for its run, beside those for its decoding.</summary>
    public long BytesToLease => isShort() ? perRun.Bytes : 0;

    /// <summary>To be called before the next run begins.</summary>
    public void AfterRun()
    {
        if (isShort())
            giveBack();
    }
}
