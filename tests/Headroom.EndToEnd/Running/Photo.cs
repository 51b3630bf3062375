using System.Net.Http.Headers;

namespace Headroom.EndToEnd.Running;

/// <summary>Photos of the restored set, and ways to send them.</summary>
internal static class Photo
{
    /// <summary>The people with labelled photos, four or five each.</summary>
    public static IEnumerable<string> People =>
        Directory.EnumerateDirectories(Path.Join(Built.Photos, "labeled_face")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!;

    public static IEnumerable<byte[]> Labelled(string person) =>
        Directory.EnumerateFiles(Path.Join(Built.Photos, "labeled_face", person), "*.jpg").Order(StringComparer.Ordinal).Select(File.ReadAllBytes);

    /// <summary>A photo of nobody in particular: 1 shows four people, the others one of the labelled each.</summary>
    public static byte[] Unknown(int number) => File.ReadAllBytes(Path.Join(Built.Photos, "unknown_face", $"sample ({number}).jpg"));

    public static ByteArrayContent Raw(byte[] photo, string type = "image/jpeg")
    {
        var content = new ByteArrayContent(photo);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }

    public static MultipartFormDataContent Form(string field, params byte[][] photos)
    {
        var form = new MultipartFormDataContent();
        foreach (var photo in photos)
            form.Add(Raw(photo), field, "photo.jpg");
        return form;
    }
}
