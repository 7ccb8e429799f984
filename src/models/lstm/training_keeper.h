#pragma once

#include "base/progress.h"
#include "base/time_budget.h"
#include "models/lstm/checkpoint.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace forecart::lstm {

/// Where a training is kept, and under what name: a SHA-256 of all that determines it.
struct CheckpointPlace {
  std::filesystem::path folder;
  std::string key;
};

/// Keeps a training while it runs, and finds one that was interrupted. What cannot be read or
/// written is told and never stops the training.
class TrainingKeeper {
 public:
  /// Looks for the training; makes the folder where it is missing. Throws Error where that cannot
  /// be done. `progress` must outlive this.
  TrainingKeeper(CheckpointPlace place, std::size_t parameters, Progress& progress,
                 std::function<double()> clock = steady_seconds);

  /// The result of the first training where the last one was interrupted, else nothing.
  const std::optional<TrainingResult>& first() const { return first_; }
  /// Seconds of a limited time that were spent before the interruption.
  double spent() const { return found_ ? found_->spent : 0; }

  /// Where the present phase goes on, once.
  std::optional<TrainingState> take();
  /// The last training begins.
  void begin_last(const TrainingResult& first);
  /// Writes the state, unless it did so a few seconds ago.
  void keep(const TrainingState& state);
  /// The training has ended: its checkpoint goes.
  void remove() const;

 private:
  std::filesystem::path file() const;
  void find(std::size_t parameters);
  void write(const TrainingState& state) const;

  CheckpointPlace place_;
  Progress& progress_;
  std::function<double()> clock_;
  double kept_;  ///< time of the last write
  bool tells_ = true;
  std::optional<TrainingResult> first_;
  std::optional<TrainingState> found_;
};

}  // namespace forecart::lstm
