namespace Headroom.Web.Requests;

/// <summary>A JSON text has more of something than is taken.</summary>
/// <param name="what">What: names, values or levels.</param>
/// <param name="most">How many are taken.</param>
public sealed class JsonBoundsException(string what, int most) : Exception($"The JSON has more than {most} {what}; that is the most that is taken here.")
{
    /// <summary>What there is too much of: <c>names</c>, <c>values</c> or <c>levels</c>.</summary>
    public string What => what;

    /// <summary>How many are taken.</summary>
    public int Most => most;
}
