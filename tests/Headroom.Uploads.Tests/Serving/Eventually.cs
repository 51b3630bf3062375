namespace Headroom.Uploads.Tests.Serving;

/// <summary>Waits for what happens soon, but not at a moment that anyone can name.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(deadline.IsCancellationRequested, $"It did not come true within {Patience.TotalSeconds} s.");
            await Task.Delay(10);
        }
    }
}
