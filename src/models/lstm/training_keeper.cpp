#include "models/lstm/training_keeper.h"

#include "base/durable_file.h"
#include "base/error.h"

#include <fmt/format.h>

#include <fstream>
#include <system_error>
#include <utility>

namespace forecart::lstm {

namespace {

namespace fs = std::filesystem;

/// Seconds between two writes.
constexpr double kBetween = 3;

/// At most `most` bytes and one more, which tells that there are too many.
std::string read_up_to(const fs::path& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(most + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

}  // namespace

TrainingKeeper::TrainingKeeper(CheckpointPlace place, std::size_t parameters, Progress& progress,
                               std::function<double()> clock)
    : place_(std::move(place)), progress_(progress), clock_(std::move(clock)), kept_(clock_()) {
  make_folder(place_.folder);
  find(parameters);
}

fs::path TrainingKeeper::file() const {
  return place_.folder / (place_.key + ".training");
}

void TrainingKeeper::find(std::size_t parameters) {
  std::error_code ignored;
  if (!fs::exists(file(), ignored)) return;
  try {
    Checkpoint checkpoint = read_checkpoint(read_up_to(file(), most_checkpoint_bytes(parameters)),
                                            place_.key, parameters);
    first_ = std::move(checkpoint.first);
    found_ = std::move(checkpoint.state);
    progress_.note(fmt::format("the training goes on from {}step {} of checkpoint '{}'",
                               first_ ? "its last phase, " : "", found_->pace.done,
                               file().string()));
  } catch (const Error& error) {
    progress_.note(fmt::format("checkpoint '{}' is ignored: {}", file().string(), error.what()));
  }
}

std::optional<TrainingState> TrainingKeeper::take() {
  return std::exchange(found_, std::nullopt);
}

void TrainingKeeper::begin_last(const TrainingResult& first) {
  if (!first_) found_.reset();
  first_ = first;
}

void TrainingKeeper::keep(const TrainingState& state) {
  if (clock_() - kept_ < kBetween) return;
  try {
    write(state);
  } catch (const Error& error) {
    if (std::exchange(tells_, false)) {
      progress_.note(
          fmt::format("no checkpoint is written, the training goes on without: {}", error.what()));
    }
  }
  kept_ = clock_();
}

void TrainingKeeper::write(const TrainingState& state) const {
  const std::string bytes = write_checkpoint({state, first_}, place_.key);
  fs::path temporary = file();
  temporary += ".tmp";
  replace_file(file(), temporary, [&](const Descriptor& open) { open.write_all(bytes); });
}

void TrainingKeeper::remove() const {
  std::error_code ignored;
  fs::remove(file(), ignored);
}

}  // namespace forecart::lstm
