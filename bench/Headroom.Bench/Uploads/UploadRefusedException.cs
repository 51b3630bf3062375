namespace Headroom.Bench.Uploads;

/// <summary>A request was answered with a failure that waiting does not mend.</summary>
internal sealed class UploadRefusedException(int status) : Exception($"answered {status}")
{
    public int Status => status;
}
