using Headroom.AspNetCore.Problems;
using Headroom.Faces.Staff;

namespace Headroom.Faces.Tests.Staff;

public sealed class StaffRequestTests
{
    [Fact]
    public void Fields_are_trimmed_and_empty_ones_left_out() =>
        Assert.Equal(new StaffRequest("E1", "Ada", null, null, "Europe/Berlin"), new StaffRequest(" E1 ", "Ada\t", "  ", null, "Europe/Berlin").Validate());

    [Theory]
    [InlineData(null, "Ada", null, "employee_id")]
    [InlineData("E1", " ", null, "name")]
    [InlineData("E1", "A\nda", null, "name")]
    [InlineData("E1", "Ada", "Mars/Olympus", "Mars/Olympus")]
    public void What_is_wrong_is_named(string? employeeId, string? name, string? timeZone, string named)
    {
        var problem = Assert.Throws<ProblemException>(() => new StaffRequest(employeeId, name, null, null, timeZone).Validate());

        Assert.Equal((400, "bad-staff"), (problem.Status, problem.Type));
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_201_characters_is_too_long()
    {
        Assert.Throws<ProblemException>(() => new StaffRequest("E1", new string('a', 201), null, null, null).Validate());
        Assert.Equal(200, new StaffRequest("E1", new string('a', 200), null, null, null).Validate().Name!.Length);
    }
}
