import KafkaClient

/// What commands that ask for one thing have in common.
enum AdminCall {
  /// Runs one call of an admin client of its own.
  static func run<Value: Sendable>(
    _ arguments: Arguments,
    _ call:
      @escaping @Sendable (
        Admin<ClientLoop.Loop>, @escaping (Result<Value, ClientError>) -> Void
      ) -> Void
  ) async throws -> Value {
    let config = ClientOptions.adminConfig(arguments)
    return try await ClientLoop.run { loop, finish in
      let admin = Admin(transport: loop, config: config)
      call(admin) { result in
        admin.close()
        finish(result.mapError { $0 })
      }
    }
  }

  /// Prints what became of each; a failure of one is the command's.
  static func report<Value>(
    _ outcomes: [AdminOutcome<Value>], _ success: (String, Value) -> String
  ) -> ExitCode {
    for outcome in outcomes {
      if case .success(let value) = outcome.result {
        Console.print(success(outcome.name, value))
      }
    }
    return complain(outcomes) ? .failure : .success
  }

  /// Shows what was found, as text or as one JSON list.
  ///
  /// - Parameter output: What is shown of one; throws what is wrong with it alone.
  static func show<Value, Output: Encodable & Sendable>(
    _ outcomes: [AdminOutcome<Value>], asJSON: Bool,
    _ output: (Value) async throws -> Output, text: (Output) -> String
  ) async throws -> ExitCode {
    var failed = complain(outcomes)
    var outputs: [Output] = []
    for case .success(let value) in outcomes.map(\.result) {
      do {
        outputs.append(try await output(value))
      } catch let failure as CommandFailure {
        Console.complain("weir: \(failure)")
        failed = true
      }
    }
    if asJSON {
      Console.print(try JSONText.of(outputs))
    } else {
      for output in outputs { Console.print(text(output), terminator: "") }
    }
    return failed ? .failure : .success
  }

  /// Names those that failed, and says whether any did.
  static func complain<Value>(_ outcomes: [AdminOutcome<Value>]) -> Bool {
    var failed = false
    for outcome in outcomes {
      if case .failure(let error) = outcome.result {
        Console.complain("weir: \(outcome.name): \(error)")
        failed = true
      }
    }
    return failed
  }
}
