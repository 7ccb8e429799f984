#include "models/lstm/checkpoint.h"

#include "base/error.h"
#include "base/hash.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <span>
#include <utility>

namespace forecart::lstm {

namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie");

constexpr std::string_view kTitle = "forecart training checkpoint 1\n";
constexpr std::size_t kHashSize = 64;  // hexadecimal digits
/// Numbers, each eight bytes: of the network and the phase, of a state, and of a result.
constexpr std::size_t kHeadNumbers = 2;
constexpr std::size_t kStateNumbers = 10;
constexpr std::size_t kResultNumbers = 6;
/// Parameters, their mean and two moments; then those of each result.
constexpr std::size_t kStateArrays = 4;
/// No count is larger.
constexpr double kMostUpdates = 1e7;

[[noreturn]] void refuse(const char* what) {
  throw Error(ErrorCode::bad_data, what);
}

std::size_t size_of(std::size_t parameters, std::size_t results) {
  return kTitle.size() + 2 * kHashSize +
         sizeof(double) * (kHeadNumbers + kStateNumbers + kResultNumbers * results) +
         sizeof(float) * parameters * (kStateArrays + results);
}

class Writer {
 public:
  void text(std::string_view text) { bytes_ += text; }
  void number(double value) { raw(&value, sizeof value); }
  void floats(std::span<const float> values) { raw(values.data(), values.size_bytes()); }
  void numbers(const TrainingResult& result) {
    for (const double value :
         {static_cast<double>(result.steps), static_cast<double>(result.planned),
          static_cast<double>(result.best_step), result.loss, result.held_out,
          result.bound ? 1.0 : 0.0}) {
      number(value);
    }
  }

  std::string sealed() && {
    bytes_ += sha256(bytes_);
    return std::move(bytes_);
  }

 private:
  void raw(const void* from, std::size_t size) {
    bytes_.append(static_cast<const char*>(from), size);
  }

  std::string bytes_;
};

/// Takes one thing after another from bytes that have been found long enough.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::string_view text(std::size_t size) {
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  double number() {
    double value = 0;
    std::memcpy(&value, text(sizeof value).data(), sizeof value);
    if (!std::isfinite(value)) refuse("a number in it is not finite");
    return value;
  }

  int count() {
    const double value = number();
    if (!(value >= 0 && value <= kMostUpdates) || value != std::floor(value)) {
      refuse("a count in it is out of range");
    }
    return static_cast<int>(value);
  }

  net::AlignedVector<float> floats(std::size_t size) {
    net::AlignedVector<float> values(size);
    if (size > 0)
      std::memcpy(values.data(), text(size * sizeof(float)).data(), size * sizeof(float));
    if (!std::all_of(values.begin(), values.end(), [](float w) { return std::isfinite(w); })) {
      refuse("a weight in it is not finite");
    }
    return values;
  }

  TrainingResult result() {
    TrainingResult result;
    result.steps = count();
    result.planned = count();
    result.best_step = count();
    result.loss = number();
    result.held_out = number();
    result.bound = count() != 0;
    if (result.best_step > result.steps) refuse("its steps do not follow each other");
    return result;
  }

 private:
  std::string_view bytes_;
};

/// Looks and updates go together as a training leaves them.
void check(const TrainingState& state) {
  const bool fine = state.pace.done >= 1 && state.weights.updates == state.pace.done &&
                    state.best.steps == state.pace.done && state.best.best_step >= 1 &&
                    state.weights.adam_steps <= state.pace.done && state.pace.share >= 0 &&
                    state.pace.share <= 1 && state.pace.update >= 0 && state.pace.look >= 0 &&
                    state.spent >= 0;
  if (!fine) refuse("its steps do not follow each other");
}

/// Everything but the end has been checked against its hash.
void check_seal(std::string_view bytes) {
  const std::string_view content = bytes.substr(0, bytes.size() - kHashSize);
  if (bytes.substr(content.size()) != sha256(content)) refuse("its bytes have changed");
}

TrainingState read_state(Reader& reader) {
  TrainingState state;
  state.weights.updates = reader.count();
  state.weights.adam_steps = reader.count();
  state.pace.done = reader.count();
  state.pace.share = reader.number();
  state.pace.update = reader.number();
  state.pace.look = reader.number();
  state.pace.bound = reader.count() != 0;
  const bool compared = reader.count() != 0;
  const double start = reader.number();
  if (compared) state.start_held_out = start;
  state.spent = reader.number();
  return state;
}

void write_state(const TrainingState& state, Writer& writer) {
  writer.number(state.weights.updates);
  writer.number(state.weights.adam_steps);
  writer.number(state.pace.done);
  writer.number(state.pace.share);
  writer.number(state.pace.update);
  writer.number(state.pace.look);
  writer.number(state.pace.bound ? 1 : 0);
  writer.number(state.start_held_out ? 1 : 0);
  writer.number(state.start_held_out.value_or(0));
  writer.number(state.spent);
}

}  // namespace

std::size_t most_checkpoint_bytes(std::size_t parameters) {
  return size_of(parameters, 2);
}

std::string write_checkpoint(const Checkpoint& checkpoint, std::string_view key) {
  const TrainingState& state = checkpoint.state;
  Writer writer;
  writer.text(kTitle);
  writer.text(key);
  writer.number(static_cast<double>(state.weights.parameters.size()));
  writer.number(checkpoint.first ? 2 : 1);
  write_state(state, writer);
  writer.numbers(state.best);
  if (checkpoint.first) writer.numbers(*checkpoint.first);
  writer.floats(state.weights.parameters);
  writer.floats(state.weights.average);
  writer.floats(state.weights.moments);
  writer.floats(state.best.parameters);
  if (checkpoint.first) writer.floats(checkpoint.first->parameters);
  return std::move(writer).sealed();
}

Checkpoint read_checkpoint(std::string_view bytes, std::string_view key, std::size_t parameters) {
  const bool one = bytes.size() == size_of(parameters, 1);
  if (!one && bytes.size() != size_of(parameters, 2))
    refuse("its size is not that of this training");
  Reader reader(bytes);
  if (reader.text(kTitle.size()) != kTitle) refuse("it is none of this version");
  if (reader.text(kHashSize) != key) refuse("it is of another training");
  check_seal(bytes);
  if (reader.number() != static_cast<double>(parameters) || reader.number() != (one ? 1 : 2)) {
    refuse("it is of another network");
  }
  Checkpoint checkpoint;
  TrainingState& state = checkpoint.state;
  state = read_state(reader);
  state.best = reader.result();
  if (!one) checkpoint.first = reader.result();
  state.weights.parameters = reader.floats(parameters);
  state.weights.average = reader.floats(parameters);
  state.weights.moments = reader.floats(2 * parameters);
  state.best.parameters = reader.floats(parameters);
  if (!one) checkpoint.first->parameters = reader.floats(parameters);
  check(state);
  return checkpoint;
}

}  // namespace forecart::lstm
