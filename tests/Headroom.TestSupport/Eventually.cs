using System.Globalization;

namespace Headroom.TestSupport;

/// <summary>Waits for what happens soon, but not at a moment that anyone can name.</summary>
public static class Eventually
{
    /// <summary>
    /// Longer than anything takes beside a busy machine; who waits so long has waited in vain. HEADROOM_TEST_PATIENCE has it in minutes (2),
    /// for machines that are emulated.
    /// </summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(
        int.TryParse(Environment.GetEnvironmentVariable("HEADROOM_TEST_PATIENCE"), CultureInfo.InvariantCulture, out var minutes) ? minutes : 2);

    /// <param name="condition">What is to come true; asked again and again.</param>
    /// <param name="what">What there is instead, for the message.</param>
    public static Task TrueAsync(Func<bool> condition, Func<string>? what = null) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, Func{string}?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string>? what = null)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            if (deadline.IsCancellationRequested)
                Assert.Fail($"It did not come true within {Patience.TotalSeconds} s. {what?.Invoke()}");
            await Task.Delay(10);
        }
    }
}
