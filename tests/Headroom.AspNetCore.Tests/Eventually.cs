namespace Headroom.AspNetCore.Tests;

/// <summary>Waits for what happens soon, but not at a moment that anyone can name.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<bool> condition, string? what = null)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (deadline.IsCancellationRequested)
                Assert.Fail($"It did not come true within {Patience.TotalSeconds} s. {what}");
            await Task.Delay(10);
        }
    }
}
