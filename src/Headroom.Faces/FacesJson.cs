using System.Text.Json.Serialization;
using Headroom.Faces.Attendance;
using Headroom.Faces.Staff;

namespace Headroom.Faces;

/// <summary>Serializers made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StaffRequest))]
[JsonSerializable(typeof(StaffAnswer))]
[JsonSerializable(typeof(StaffPage))]
[JsonSerializable(typeof(PhotoAnswer))]
[JsonSerializable(typeof(ClockAnswer))]
[JsonSerializable(typeof(AttendancePage))]
internal sealed partial class FacesJson : JsonSerializerContext;
