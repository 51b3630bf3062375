using System.Numerics;
using System.Numerics.Tensors;
using Headroom.Faces.Detection;
using Headroom.Faces.Recognition;
using Headroom.Faces.Tests.Samples;

[assembly: AssemblyFixture(typeof(FaceFixture))]

namespace Headroom.Faces.Tests.Recognition;

/// <summary>
/// Compares with what an independent implementation measured. It reduces photos for the detector in another way, which
/// moves landmarks by about half a pixel of the 640 that the detector sees; that alone moves cosines by up to 0.07.
/// So aligning and embedding are compared on its landmarks, strictly, and the whole chain with that allowance.
/// </summary>
public sealed class ReferenceTests(FaceFixture faces)
{
    private static readonly Reference Measured = Reference.Measured;

    public static TheoryData<int> Photos => [.. Enumerable.Range(0, Measured.Photos.Count)];

    public static TheoryData<int> Unknowns =>
        [.. Enumerable.Range(0, Measured.Photos.Count).Where(i => !Measured.Photos[i].IsLabeled && Measured.Photos[i].Faces.Count == 1)];

    [Theory]
    [MemberData(nameof(Photos))]
    public void Boxes_and_landmarks_agree_within_three_percent_of_the_face(int photo)
    {
        var found = faces.Readings[photo].Faces;
        var expected = Measured.Photos[photo].Faces;

        Assert.Equal(expected.Count, found.Count);
        foreach (var face in expected)
        {
            var nearest = found.MinBy(f => Distance(f.Box, face));
            Assert.InRange(Distance(nearest.Box, face) / face.Height, 0, 0.03);
            for (var i = 0; i < FaceLandmarks.Count; i++)
                Assert.InRange(Vector2.Distance(nearest.Landmarks[i], face.Landmark(i)) / face.Height, 0, 0.03);
        }
    }

    [Fact]
    public async Task Vectors_of_the_same_landmarks_have_the_same_cosines()
    {
        using var models = await faces.Recognition.AcquireModelsAsync(TestContext.Current.CancellationToken);
        var vectors = Measured.Photos.Select(photo =>
        {
            using var image = PhotoFiles.Decode(PhotoFiles.Read(photo.Photo));
            var landmarks = default(FaceLandmarks);
            for (var i = 0; i < FaceLandmarks.Count; i++)
                landmarks[i] = photo.Largest.Landmark(i);
            return models.Embedder.Embed(image, new DetectedFace(1, default, landmarks), CancellationToken.None);
        }).ToList();

        Assert.All(Differences(vectors), d => Assert.InRange(d, -0.01, 0.01));
    }

    [Fact]
    public void Cosines_of_the_whole_chain_agree()
    {
        var differences = Differences([.. faces.Readings.Select(r => r.Vector)]).ToList();

        Assert.All(differences, d => Assert.InRange(d, -0.1, 0.1));
        Assert.InRange(Math.Sqrt(differences.Average(d => d * d)), 0, 0.03);
    }

    [Theory]
    [MemberData(nameof(Unknowns))]
    public void An_unknown_photo_matches_the_right_person_with_a_margin(int photo)
    {
        var byPerson = Best(photo, (one, other) => TensorPrimitives.Dot<float>(faces.Readings[one].Vector, faces.Readings[other].Vector));

        Assert.Equal(Best(photo, Measured.Cosine)[0].Person, byPerson[0].Person);
        Assert.InRange(byPerson[0].Similarity, faces.Options.Accept, 1);
        Assert.InRange(byPerson[0].Similarity - byPerson[1].Similarity, 0.3, 1);
    }

    [Fact]
    public void A_photo_of_four_people_is_ambiguous()
    {
        var group = faces.Readings[Enumerable.Range(0, Measured.Photos.Count).Single(i => Measured.Photos[i].Faces.Count > 1)];

        Assert.Equal(FaceFinding.SeveralFaces, group.Finding);
        Assert.Equal(4, group.Faces.Count);
        Assert.Null(group.Vector);
    }

    [Fact]
    public void Every_portrait_gives_a_vector_of_length_one() =>
        Assert.All(faces.Readings.Where((_, i) => Measured.Photos[i].Faces.Count == 1), r =>
        {
            Assert.Equal(FaceFinding.OneFace, r.Finding);
            Assert.Equal(1, TensorPrimitives.Norm<float>(r.Vector), 1e-5);
        });

    private static float Distance(in FaceBox found, ReferenceFace face) =>
        new[] { found.Left - face.Box[0], found.Top - face.Box[1], found.Right - face.Box[2], found.Bottom - face.Box[3] }.Max(Math.Abs);

    private static List<(string Person, float Similarity)> Best(int photo, Func<int, int, float> cosine) =>
    [
        .. Enumerable.Range(0, Measured.Photos.Count).Where(i => Measured.Photos[i].IsLabeled).GroupBy(i => Measured.Photos[i].Folder)
            .Select(person => (person.Key, person.Max(i => cosine(photo, i)))).OrderByDescending(p => p.Item2),
    ];

    /// <summary>Ours minus theirs, for every two photos that have a vector.</summary>
    private static IEnumerable<double> Differences(List<float[]?> vectors) =>
        from i in Enumerable.Range(0, vectors.Count)
        from j in Enumerable.Range(0, i)
        where vectors[i] is not null && vectors[j] is not null
        select (double)TensorPrimitives.Dot<float>(vectors[i], vectors[j]) - Measured.Cosine(i, j);
}
