using Mono.Cecil;

namespace Headroom.Architecture.Tests;

/// <summary>
/// Which folders of one project use which others, read from what was built: base types, members, attributes and code. The
/// project's root is left out: its face and its composition know all folders. Constants are copied by the compiler and leave
/// no trace.
/// </summary>
internal sealed class FolderGraph
{
    private readonly IReadOnlyDictionary<string, string> _folders;
    private readonly ModuleDefinition _module;
    private readonly SortedDictionary<string, SortedDictionary<string, string>> _uses = new(StringComparer.Ordinal);

    private FolderGraph(ModuleDefinition module, IReadOnlyDictionary<string, string> folders) => (_module, _folders) = (module, folders);

    /// <param name="module">What was built of the project.</param>
    /// <param name="folders">The folder of each type that is not in the root, by its full name without arity.</param>
    public static FolderGraph Of(ModuleDefinition module, IReadOnlyDictionary<string, string> folders)
    {
        var graph = new FolderGraph(module, folders);
        foreach (var type in module.GetTypes())
            graph.AddType(type);
        return graph;
    }

    /// <summary>A cycle, as the folders on it and for each step a type that takes it; null when there is none.</summary>
    public IReadOnlyList<string>? FindCycle()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in _uses.Keys)
        {
            if (Walk(folder, [], done) is { } cycle)
                return [.. cycle.Zip([.. cycle.Skip(1), cycle[0]], (from, to) => $"{from} → {to} ({_uses[from][to]})")];
        }
        return null;
    }

    private List<string>? Walk(string folder, List<string> path, HashSet<string> done)
    {
        if (path.IndexOf(folder) is var start and >= 0)
            return path[start..];
        if (done.Contains(folder) || !_uses.TryGetValue(folder, out var uses))
            return null;
        path.Add(folder);
        foreach (var next in uses.Keys)
        {
            if (Walk(next, path, done) is { } cycle)
                return cycle;
        }
        path.RemoveAt(path.Count - 1);
        done.Add(folder);
        return null;
    }

    private void AddType(TypeDefinition type)
    {
        Use(type, type.BaseType);
        foreach (var implemented in type.Interfaces)
            Use(type, implemented.InterfaceType);
        foreach (var attribute in type.CustomAttributes)
            Use(type, attribute.AttributeType);
        foreach (var parameter in type.GenericParameters.SelectMany(p => p.Constraints))
            Use(type, parameter.ConstraintType);
        foreach (var field in type.Fields)
            Use(type, field.FieldType);
        foreach (var method in type.Methods)
            AddMethod(type, method);
    }

    private void AddMethod(TypeDefinition type, MethodDefinition method)
    {
        Use(type, method.ReturnType);
        foreach (var parameter in method.Parameters)
            Use(type, parameter.ParameterType);
        if (!method.HasBody)
            return;
        foreach (var variable in method.Body.Variables)
            Use(type, variable.VariableType);
        foreach (var handler in method.Body.ExceptionHandlers)
            Use(type, handler.CatchType);
        foreach (var operand in method.Body.Instructions.Select(i => i.Operand))
            AddOperand(type, operand);
    }

    private void AddOperand(TypeDefinition type, object? operand)
    {
        if (operand is TypeReference used)
            Use(type, used);
        if (operand is not MemberReference member)
            return;
        Use(type, member.DeclaringType);
        if (member is GenericInstanceMethod generic)
        {
            foreach (var argument in generic.GenericArguments)
                Use(type, argument);
        }
    }

    private void Use(TypeReference from, TypeReference? used)
    {
        switch (used)
        {
            case null:
                return;
            case GenericInstanceType generic:
                foreach (var argument in generic.GenericArguments)
                    Use(from, argument);
                break;
        }
        var element = used.GetElementType();
        if (element.Scope != _module)
            return;
        var (mine, its) = (FolderOf(from), FolderOf(element));
        if (mine is null || its is null || mine == its)
            return;
        if (!_uses.TryGetValue(mine, out var uses))
            _uses.Add(mine, uses = new(StringComparer.Ordinal));
        uses.TryAdd(its, $"{Outermost(from).Name} uses {Outermost(element).Name}");
    }

    private string? FolderOf(TypeReference type)
    {
        var outermost = Outermost(type);
        return _folders.GetValueOrDefault($"{outermost.Namespace}.{outermost.Name.Split('`')[0]}");
    }

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } declaring ? Outermost(declaring) : type;
}
