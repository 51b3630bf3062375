using System.CommandLine;
using Headroom.Server.Keys;
using Headroom.Web.Sealing;

namespace Headroom.Server.Commands;

/// <summary><c>headroom keys</c>: makes, lists and revokes API keys.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "What the key is for, for example front-door." };
        var scope = new Option<string>("--scope") { Description = "What it may do.", DefaultValueFactory = _ => "kiosk" };
        scope.AcceptOnlyFromAmong(ApiKeyStore.Scopes);

        var account = new Option<string>("--account")
        {
            Description = "Whose it is: files belong to the account of the key they were uploaded with.",
            DefaultValueFactory = _ => ApiKeyStore.MainAccount,
        };

        var add = new Command("add", "Make a key and print it, once.") { name, scope, account };
        add.SetAction((parsed, cancellationToken) => WithStore(async keys =>
        {
            await Console.Out.WriteLineAsync(
                await keys.AddAsync(parsed.GetValue(name)!, parsed.GetValue(scope)!, parsed.GetValue(account)!, cancellationToken));
            return 0;
        }));
        var list = new Command("list", "List the keys; secrets are not kept.");
        list.SetAction((_, cancellationToken) => WithStore(async keys =>
        {
            foreach (var key in await keys.ListAsync(cancellationToken))
                await Console.Out.WriteLineAsync(
                    $"{key.Scope,-7} {key.Account,-12} {key.CreatedAt}  {key.Name}{(key.IsWhole ? "" : "  (damaged: it opens nothing; revoke it)")}");
            return 0;
        }));
        var revoke = new Command("revoke", "Remove a key. A server that is running notices within ten seconds.") { name };
        revoke.SetAction((parsed, cancellationToken) => WithStore(async keys =>
        {
            if (await keys.RevokeAsync(parsed.GetValue(name)!, cancellationToken))
                return 0;
            await Console.Error.WriteLineAsync($"There is no key named '{parsed.GetValue(name)}'; `headroom keys list` shows those there are.");
            return 1;
        }));
        var rotate = new Command(
            "rotate-master", "Put a new master key in front of the key file; the next start puts face templates and the keys of all files under it.");
        rotate.SetAction((_, _) => Failures.CatchAsync(async () =>
        {
            await using var app = ServerApplication.Build();
            var options = app.Services.GetRequiredService<MasterKeyOptions>();
            var key = options.Rotate();
            await Console.Out.WriteLineAsync(
                $"{options.Path}: the current master key is {key} now. Copy the file to a safe place, then restart the server; keep the old keys in it.");
            return 0;
        }));
        return new Command("keys", "Make, list and revoke API keys; rotate the master key.") { add, list, revoke, rotate };
    }

    private static Task<int> WithStore(Func<ApiKeyStore, Task<int>> action) => Failures.CatchAsync(async () =>
    {
        await using var app = ServerApplication.Build();
        app.OpenDatabase();
        return await action(app.Services.GetRequiredService<ApiKeyStore>());
    });
}
