import Glibc

/// The fuzzer's program: `Fuzz DECODER [libFuzzer's own arguments]`.
///
/// libFuzzer calls `testOneInput` with bytes of its own making; a decoder must take any bytes
/// without trapping. `LLVMFuzzerRunDriver` is libFuzzer's entry for programs with a `main` of
/// their own, which the package manager insists on.
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@_cdecl("Fuzz_main")
public func fuzzMain(
  _ argumentCount: CInt,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  guard argumentCount > 1, let words = unsafe arguments, let word = unsafe words[1],
    let decoder = decoders[unsafe String(cString: word)]
  else {
    print("usage: Fuzz DECODER [arguments of libFuzzer]; decoders:")
    for name in decoders.keys.sorted() { print(name) }
    return argumentCount > 1 ? 2 : 0
  }
  unsafe chosen = decoder
  // libFuzzer gets the program's name, then what follows the decoder's.
  let program = unsafe words[0]
  unsafe words[1] = unsafe program
  var count = argumentCount - 1
  var rest: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe words + 1
  return unsafe runDriver(&count, &rest, testOneInput)
}

/// Set once, before the first input.
nonisolated(unsafe) private var chosen: Decoder = { _ in }

private let testOneInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt = { bytes, count in
  unsafe tryOneInput(bytes, count)
}

/// The name that libFuzzer's own `main`, which is linked as well, refers to.
@_cdecl("LLVMFuzzerTestOneInput")
public func tryOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  unsafe chosen(input)
  return 0
}
