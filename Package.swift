// swift-tools-version: 6.2
import PackageDescription

/// Set by scripts/fuzz, which builds with libFuzzer; without it that target does not exist.
let isFuzzing = Context.environment["WEIR_FUZZ"] != nil

// Every Swift target: Swift 6 mode, warnings are errors, strict memory safety (each unsafe
// expression says `unsafe`), lifetimes for span-based readers and writers.
let safe: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
  // Release leaves the dynamic exclusivity checks out: they cost the generator a third of its
  // time a record. Debug, in which all tests run, has them.
  .unsafeFlags(
    ["-cross-module-optimization", "-enforce-exclusivity=unchecked"],
    .when(configuration: .release)),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: safe)
}

func executable(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: safe)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies, exclude: exclude, swiftSettings: safe)
}

let package = Package(
  name: "weir",
  products: [.executable(name: "weir", targets: ["weir"])],
  targets: [
    // C: what Swift cannot call, and Debian's libraries.
    .target(name: "CSystem", cSettings: [.unsafeFlags(["-O2"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"])]),
    .systemLibrary(
      name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CIsal", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
    .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

    // Kafka's bytes.
    library("KafkaFormat", ["CIsal", "CZstd", "CLZ4", "CSnappy", "CDeflate"]),
    library("KafkaMessages", ["KafkaFormat"]),
    .executableTarget(name: "MessageGenerator", exclude: ["Definitions"], swiftSettings: safe),

    // The world, as a seam, and the real one.
    library("Transport"),
    library("EventLoop", ["Transport", "CSystem"]),

    // The broker.
    library("CommitLog", ["KafkaFormat", "CSystem"]),
    library("BrokerCore", ["CommitLog", "KafkaMessages", "KafkaFormat", "Observability"]),
    library(
      "BrokerServer",
      ["BrokerCore", "CommitLog", "KafkaFormat", "Transport", "EventLoop", "Observability"]),

    // The client.
    library("KafkaClient", ["KafkaMessages", "KafkaFormat", "Transport", "Observability"]),

    // Whole systems from one seed.
    library(
      "Simulation",
      [
        "BrokerServer", "BrokerCore", "CommitLog", "KafkaClient", "KafkaFormat", "LoadModel",
        "Transport", "Observability",
      ]),
    .executableTarget(
      name: "Simulate", dependencies: ["Simulation", "Observability"], path: "Tests/Simulate",
      swiftSettings: safe),

    // The measurement.
    library("Statistics"),
    library("Observability"),
    library("LoadModel", ["Statistics", "CYaml"]),
    library(
      "LoadRunner",
      [
        "LoadModel", "Statistics", "KafkaClient", "BrokerServer", "BrokerCore", "CommitLog",
        "KafkaMessages", "KafkaFormat", "EventLoop", "Transport", "Observability", "CSystem",
      ]),
    library("Reports", ["LoadModel", "Statistics"]),

    executable(
      "weir",
      [
        "LoadRunner", "LoadModel", "Reports", "BrokerServer", "BrokerCore", "KafkaClient",
        "CommitLog", "EventLoop", "Transport", "KafkaFormat", "KafkaMessages", "Observability",
        "CSystem",
      ]),

    .executableTarget(
      name: "MicroBenchmarks",
      dependencies: [
        "KafkaFormat", "KafkaMessages", "KafkaClient", "CommitLog", "EventLoop", "Transport",
        "BrokerCore", "BrokerServer",
      ],
      path: "Benchmarks/MicroBenchmarks", swiftSettings: safe),
    tests("MicroBenchmarks", ["MicroBenchmarks"]),

    tests("CommitLog", ["CommitLog", "KafkaFormat"], exclude: ["Fixtures"]),
    tests("KafkaFormat", ["KafkaFormat"]),
    tests("KafkaMessages", ["KafkaMessages", "KafkaFormat"]),
    tests(
      "KafkaClient", ["KafkaClient", "KafkaMessages", "KafkaFormat", "Transport", "EventLoop"]),
    tests("Statistics", ["Statistics"]),
    tests("LoadModel", ["LoadModel", "Statistics"]),
    tests("Reports", ["Reports", "LoadModel", "Statistics"], exclude: ["Golden"]),
    tests(
      "LoadRunner",
      [
        "LoadRunner", "LoadModel", "Reports", "Statistics", "KafkaClient", "KafkaFormat",
        "Transport", "weir",
      ]),
    tests("EventLoop", ["EventLoop", "Transport"]),
    tests(
      "BrokerServer",
      [
        "BrokerServer", "BrokerCore", "CommitLog", "KafkaMessages", "KafkaFormat", "EventLoop",
        "Transport", "Observability",
      ]),
    tests("Simulation", ["Simulation", "Simulate", "Transport"]),
    tests("BrokerCore", ["BrokerCore", "CommitLog", "KafkaMessages", "KafkaFormat"]),
    tests("Weir", ["weir", "KafkaClient", "KafkaMessages", "KafkaFormat"]),
    tests("Tidy", []),
    tests("Interop", ["weir", "KafkaClient"], exclude: ["Scripts"]),
  ],
  swiftLanguageModes: [.v6]
)

if isFuzzing {
  package.targets.append(
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "KafkaFormat", "KafkaMessages", "KafkaClient", "CommitLog", "BrokerCore", "LoadModel",
        "Statistics", "Reports",
      ],
      path: "Fuzz", swiftSettings: safe))
}

/// `WEIR_ROOMS=BrokerCore,CommitLog swift build --build-tests` builds the tests of these rooms and
/// what they depend on, and nothing else: a short round while one works on a room.
if let rooms = Context.environment["WEIR_ROOMS"] {
  var wanted = Set<String>()
  var pending = rooms.split(separator: ",").map { "\($0)Tests" }
  while let name = pending.popLast() {
    guard wanted.insert(name).inserted,
      let target = package.targets.first(where: { $0.name == name })
    else { continue }
    for case .byNameItem(let dependency, _) in target.dependencies { pending.append(dependency) }
  }
  package.targets.removeAll { !wanted.contains($0.name) }
  if !wanted.contains("weir") { package.products = [] }
}
