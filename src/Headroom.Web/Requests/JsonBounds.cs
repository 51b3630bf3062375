namespace Headroom.Web.Requests;

/// <summary>What a JSON body may be made of, beside its length, which its route bounds.</summary>
/// <param name="Names">Names of members, in all objects together; known or not.</param>
/// <param name="Values">Values of every kind, objects and arrays among them.</param>
/// <param name="Levels">How deep objects and arrays may be nested; 0 for a bare value.</param>
public readonly record struct JsonBounds(int Names, int Values, int Levels)
{
    /// <summary>For a flat object of a few members: room for as many again that the route does not know.</summary>
    public static JsonBounds Small => new(64, 128, 8);
}
