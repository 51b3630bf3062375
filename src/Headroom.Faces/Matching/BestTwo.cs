namespace Headroom.Faces.Matching;

/// <summary>Keeps the best similarity of the best and of the second-best person, in one pass over templates in any order.</summary>
internal struct BestTwo()
{
    private float _best = -1;
    private float _second = -1;

    public long? Person { get; private set; }

    public readonly float Similarity => _best;

    /// <summary>How far the second person is behind; without one, all of the similarity.</summary>
    public readonly float Margin => _second <= -1 ? _best : _best - _second;

    /// <summary>Takes another template; a product of unit vectors may be rounded to a little above 1, which no cosine is.</summary>
    public void Add(long person, float similarity)
    {
        similarity = Math.Min(1, similarity);
        if (person == Person)
        {
            _best = Math.Max(_best, similarity);
        }
        else if (similarity > _best || Person is null)
        {
            (_second, _best, Person) = (_best, similarity, person);
        }
        else
        {
            _second = Math.Max(_second, similarity);
        }
    }
}
