namespace Headroom.EndToEnd.Running;

/// <summary>Waits for what happens soon, but not at a moment that anyone can name.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string>? what = null)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            if (deadline.IsCancellationRequested)
                Assert.Fail($"It did not come true within {Patience.TotalSeconds} s. {what?.Invoke()}");
            await Task.Delay(50);
        }
    }
}
