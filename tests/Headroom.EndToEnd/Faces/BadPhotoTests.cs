using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Faces;

public sealed class BadPhotoTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private Server Server => fixture.Server;

    [Fact]
    public async Task No_bytes_at_all() => await RefusedAsync([], 400, "bad-photo-body", "empty");

    [Fact]
    public async Task Text_that_says_it_is_a_photo() => await RefusedAsync("hello, I am a photo"u8.ToArray(), 415, "unsupported-image", "JPEG");

    [Fact]
    public async Task Text_that_says_so()
    {
        using var body = new StringContent("hello");
        using var answer = await Server.Http.PostAsync(new Uri("/api/clock", UriKind.Relative), body);

        Assert.Contains("text/plain", await answer.IsProblemAsync(415, "unsupported-body"));
        await Server.EverythingIsBackAsync();
    }

    [Fact]
    public async Task A_JPEG_that_ends_in_the_middle()
    {
        var photo = Photo.Unknown(5);
        await RefusedAsync(photo[..(photo.Length / 2)], 400, "broken-image", "ends");
    }

    [Fact]
    public async Task A_picture_of_900_million_pixels() => await RefusedAsync(HandMade.BlackPng(30_000, 30_000), 413, "too-many-pixels", "30000 × 30000");

    [Fact]
    public async Task An_animation() => await RefusedAsync(HandMade.AnimatedGif(), 415, "unsupported-image", "JPEG");

    [Fact]
    public async Task What_iPhones_save() => await RefusedAsync(HandMade.Heic(), 415, "unsupported-image", "HEIC");

    [Fact]
    public async Task More_than_ten_megabytes() => await RefusedAsync(new byte[11 * 1024 * 1024], 413, "body-too-large", "10.0 MB");

    [Fact]
    public async Task A_picture_without_a_face() => await RefusedAsync(HandMade.BlackPng(640, 480), 422, "no-face", "camera");

    [Fact]
    public async Task A_form_with_another_field()
    {
        using var form = Photo.Form("picture", Photo.Unknown(5));
        using var answer = await Server.Http.PostAsync(new Uri("/api/clock", UriKind.Relative), form);

        Assert.Contains("'image'", await answer.IsProblemAsync(400, "bad-photo-body"));
        await Server.EverythingIsBackAsync();
    }

    [Fact]
    public async Task A_form_with_two_files()
    {
        using var form = Photo.Form("image", Photo.Unknown(5), Photo.Unknown(4));
        using var answer = await Server.Http.PostAsync(new Uri("/api/clock", UriKind.Relative), form);

        Assert.Contains("more than one file", await answer.IsProblemAsync(400, "bad-photo-body"));
        await Server.EverythingIsBackAsync();
    }

    [Fact]
    public async Task A_form_that_ends_in_the_middle()
    {
        using var body = Photo.Raw(
            "--cut\r\nContent-Disposition: form-data; name=image; filename=a.jpg\r\n\r\n"u8.ToArray(), "multipart/form-data; boundary=cut");
        using var answer = await Server.Http.PostAsync(new Uri("/api/clock", UriKind.Relative), body);

        await answer.IsProblemAsync(400, "bad-photo-body");
        await Server.EverythingIsBackAsync();
    }

    private async Task RefusedAsync(byte[] photo, int status, string type, string sentence)
    {
        using var answer = await Server.ClockAsync(photo);

        Assert.Contains(sentence, await answer.IsProblemAsync(status, type));
        await Server.EverythingIsBackAsync();
    }
}
