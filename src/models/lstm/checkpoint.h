#pragma once

#include "models/lstm/training_run.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace forecart::lstm {

/// An interrupted training.
struct Checkpoint {
  TrainingState state;
  std::optional<TrainingResult> first{};  ///< where the last training has begun: that before it
};

/// In the format of docs/models/lstm.md; `key` is a SHA-256 of all that determines the training.
std::string write_checkpoint(const Checkpoint& checkpoint, std::string_view key);

/// Reads what write_checkpoint wrote for a network of so many parameters. Throws Error bad_data
/// that says what is wrong with it, for any bytes.
Checkpoint read_checkpoint(std::string_view bytes, std::string_view key, std::size_t parameters);

/// The largest size of such a file.
std::size_t most_checkpoint_bytes(std::size_t parameters);

}  // namespace forecart::lstm
