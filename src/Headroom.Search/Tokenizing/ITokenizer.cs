namespace Headroom.Search.Tokenizing;

/// <summary>Turns texts into the token ids that a model was trained on. Thread-safe.</summary>
internal interface ITokenizer
{
    /// <summary>The largest id there is.</summary>
    int LargestId { get; }

    /// <summary>
    /// The ids of a text, at least one, at most as many as the model takes. Reads no more of the text than that needs;
    /// time and memory are bounded whatever the text is.
    /// </summary>
    int[] Encode(ReadOnlySpan<char> text);
}
