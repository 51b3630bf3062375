namespace Headroom.EndToEnd.Running;

/// <summary>One server for all tests of a class; it has to stop cleanly after them.</summary>
public class ServerFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();

    public Server Server { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Server = await Server.StartAsync(Server.Settings(_data.Path));
        await Server.ModelsAreReadyAsync();
    }

    /// <summary>Runs another command of the program over the same data.</summary>
    public Task<(int ExitCode, string Output)> CommandAsync(params string[] arguments) =>
        Program.RunAsync(Built.Server, Server.Settings(_data.Path), arguments);

    public async ValueTask DisposeAsync()
    {
        await Server.EverythingIsBackAsync();
        await Server.StopAsync();
        Server.Dispose();
        _data.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A server that knows the labelled people; the employee id is the name.</summary>
public sealed class EnrolledServerFixture : ServerFixture
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var person in Photo.People)
        {
            var id = await Server.AddStaffAsync(person, person);
            foreach (var photo in Photo.Labelled(person))
                await Server.AddPhotoAsync(id, photo);
        }
    }
}
