using System.Text.Json;

namespace Headroom.Search.Webhook;

/// <summary>A question of a form with its answer. Ranges are places in the array of all fields; empty for what is not there.</summary>
/// <param name="Key">The question's id; that of one box of several is its question's, «_» and the option's.</param>
/// <param name="Label">The question.</param>
/// <param name="Type">For example <c>INPUT_TEXT</c>.</param>
/// <param name="Kind">What kind of JSON the answer is.</param>
/// <param name="Value">The answer.</param>
/// <param name="Options">What there was to choose from.</param>
/// <param name="Rows">The rows of a matrix.</param>
/// <param name="Columns">Its columns.</param>
internal sealed record TallyField(string Key, string Label, string Type, JsonTokenType Kind, Range Value, Range Options, Range Rows, Range Columns);
