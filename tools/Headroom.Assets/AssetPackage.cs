namespace Headroom.Assets;

/// <summary>One npm package of the list: what to fetch and which of its files to take.</summary>
/// <param name="Name">The package's name in the registry that npm is set up for.</param>
/// <param name="Version">The exact version.</param>
/// <param name="Integrity">The tarball's hash as npm writes it: <c>sha512-</c> and base64.</param>
/// <param name="Set">What needs the files: <c>runtime</c> (the server), <c>photos</c> or <c>tests</c> (the tests).</param>
/// <param name="Files">The files to take; all others stay in the tarball.</param>
internal sealed record AssetPackage(string Name, string Version, string Integrity, string Set, IReadOnlyList<AssetFile> Files);

/// <summary>One file of a package.</summary>
/// <param name="Path">Its path inside the package.</param>
/// <param name="To">Where it goes, relative to the restore folder.</param>
/// <param name="Sha256">Its hash, lower-case hexadecimal.</param>
internal sealed record AssetFile(string Path, string To, string Sha256);

/// <summary>The committed list, <c>assets.json</c>.</summary>
internal sealed record AssetList(IReadOnlyList<AssetPackage> Packages);
