#pragma once

#include "http/lanes.h"
#include "http/message.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace forecart {

/// Where the body of a request goes.
enum class BodyPlace {
  none,    ///< there may be none
  memory,  ///< Request::body
  file,    ///< Request::file, as it comes
};

/// Whether a thread may wait for the store, or for long sums.
enum class Patience { none, any };

/// One request that is let in: its body is taken, then it is answered.
class Task {
 public:
  virtual ~Task() = default;

  virtual BodyPlace body_place() const = 0;
  virtual std::int64_t most_body_bytes() const = 0;
  /// Where `answer` is called with patience.
  virtual Lane lane() const = 0;
  /// What metrics and logs call it: few different ones, and nothing that the client made up.
  virtual const std::string& label() const = 0;
  /// Nothing where it would have to wait and may not. Never throws.
  virtual std::optional<Answer> answer(const Request& request, Patience patience) = 0;
};

/// What a listener serves. Safe for several threads.
class Service {
 public:
  virtual ~Service() = default;

  using Decision = std::variant<std::unique_ptr<Task>, Answer>;

  /// What becomes of a request once its head is there: the task that takes its body, or the answer
  /// that refuses it. `declared_bytes` of the body, nothing where that is not said. Nothing where
  /// it would have to wait and may not. Never throws.
  virtual std::optional<Decision> decide(const Request& head,
                                         std::optional<std::int64_t> declared_bytes,
                                         Patience patience) const = 0;
};

}  // namespace forecart
