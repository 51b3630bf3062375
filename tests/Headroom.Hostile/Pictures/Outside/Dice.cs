namespace Headroom.Hostile.Pictures.Outside;

/// <summary>Choices that a seed repeats.</summary>
internal static class Dice
{
    public static bool OneIn(this Random random, int sides) => random.Next(sides) == 0;

    public static T Pick<T>(this Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    public static byte[] Noise(this Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    /// <summary>1 … <paramref name="most"/>, each order of magnitude as likely as the next.</summary>
    public static int Magnitude(this Random random, int most) =>
        Math.Clamp((int)Math.Exp(random.NextDouble() * Math.Log(most + 1.0)), 1, most);

    /// <summary>Mostly a picture's usual size; at times a line, a large one, or what a format's fields can hold.</summary>
    public static (int Width, int Height) Area(this Random random, int longest)
    {
        var (width, height) = random.Next(32) switch
        {
            0 => (longest, random.Magnitude(40)),
            1 => (random.Magnitude(40), longest),
            2 => (2000 + random.Next(4500), 2000 + random.Next(4500)),
            3 => (random.Magnitude(longest), random.Magnitude(longest)),
            4 => (random.Magnitude(20), random.Magnitude(20)),
            _ => (random.Next(20, 1600), random.Next(20, 1600)),
        };
        // What is written from scratch has to be made in a moment, too.
        return (Math.Min(width, longest), Math.Min(Math.Min(height, longest), Math.Max(1, 30_000_000 / width)));
    }
}
