using System.Runtime.Versioning;

// The servers that the tests start, and the signals they send, are those of the system the product runs on.
[assembly: SupportedOSPlatform("linux")]
