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
