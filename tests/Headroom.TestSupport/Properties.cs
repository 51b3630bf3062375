using FsCheck;
using FsCheck.Fluent;

namespace Headroom.TestSupport;

/// <summary>Runs property tests with a fixed seed, so that every run checks the same cases.</summary>
public static class Properties
{
    /// <summary>Throws with the smallest counterexample when <paramref name="property"/> is false or throws for a generated value.</summary>
    public static void Hold<T>(Gen<T> values, Func<T, bool> property, int cases = 300) =>
        Hold(values.ToArbitrary(), property, cases);

    /// <inheritdoc cref="Hold{T}(Gen{T}, Func{T, bool}, int)"/>
    public static void Hold<T>(Arbitrary<T> values, Func<T, bool> property, int cases = 300) =>
        Prop.ForAll(values, property).Check(Config.QuickThrowOnFailure.WithMaxTest(cases).WithQuietOnSuccess(true).WithReplay(20_240_607, 314_159_265));
}
