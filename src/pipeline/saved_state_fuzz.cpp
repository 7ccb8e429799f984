#include "base/error.h"
#include "evaluation/item_life.h"
#include "models/saved_state.h"
#include "pipeline/model_registry.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

using namespace forecart;  // NOLINT(google-build-using-namespace)
using nlohmann::json;

namespace {

constexpr Eigen::Index kSeason = 24;
constexpr Bucket kEnd = 8 * kSeason;
/// A longer gap is allowed but takes long.
constexpr Bucket kLongestGap = 1000;

Panel daily_wave(Bucket first, Bucket end) {
  Panel panel(Calendar(Frequency::parse("h"), TimeZone()));
  std::vector<double> values;
  for (Bucket t = first; t < end; ++t) {
    values.push_back(20 + 10 * std::sin(0.2618 * static_cast<double>(t)) +
                     static_cast<double>(t * t % 7));
  }
  panel.add("a", first, values);
  return panel;
}

/// A model and a state it wrote itself.
struct Subject {
  ModelPtr model;
  json state;
};

std::vector<Subject> make_subjects() {
  std::vector<Subject> made;
  ModelRegistry registry({.frequency = Frequency::parse("h"), .season_length = kSeason});
  const Panel panel = daily_wave(0, kEnd);
  for (const ModelDescription& known : known_models()) {
    const ModelPtr model = registry.make(known.name);
    made.push_back({model, model->fit(panel, {}, {.threads = 1})->save()});
  }
  const ModelPtr ending = with_endings(registry.make("Naive"));
  made.push_back({ending, ending->fit(panel, {}, {.threads = 1})->save()});
  return made;
}

const std::vector<Subject>& subjects() {
  static const std::vector<Subject> made = make_subjects();
  return made;
}

/// The bytes of the input one by one, zeros after the end.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool any() const { return !bytes_.empty(); }
  std::size_t next() {
    if (bytes_.empty()) return 0;
    const std::size_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }
  std::span<const std::uint8_t> rest() const { return bytes_; }

 private:
  std::span<const std::uint8_t> bytes_;
};

/// Some part of a state, reached by choosing a child at each level.
json& pick(json& state, Choices& choices) {
  json* at = &state;
  while (at->is_structured() && !at->empty()) {
    const std::size_t choice = choices.next();
    if (choice >= 224) break;
    auto child = at->begin();
    std::advance(child, choice % at->size());
    at = &*child;
  }
  return *at;
}

void damage(json& part, Choices& choices) {
  static const std::array<json, 18> values{0,
                                           1,
                                           -1,
                                           7,
                                           100,
                                           std::numeric_limits<std::int64_t>::max(),
                                           std::numeric_limits<std::int64_t>::min(),
                                           std::numeric_limits<std::uint64_t>::max(),
                                           0.5,
                                           1e308,
                                           -1e308,
                                           std::numeric_limits<double>::quiet_NaN(),
                                           std::numeric_limits<double>::infinity(),
                                           nullptr,
                                           true,
                                           "",
                                           json::array(),
                                           json::object()};
  const std::size_t choice = choices.next() % (values.size() + 4);
  if (choice < values.size()) {
    part = values.at(choice);
  } else if (choice == values.size() && part.is_structured() && !part.empty()) {
    part.erase(part.begin());
  } else if (choice == values.size() + 1 && part.is_array() && !part.empty()) {
    part.push_back(part.back());
  } else if (choice == values.size() + 2 && part.is_number_integer()) {
    part = part.get<std::int64_t>() / 2;
  } else if (part.is_string()) {
    part = "(5,2,5)(5,2,5)24";
  }
}

/// A state that was loaded forecasts, moves on, explains and saves itself.
void use(Fitted& fitted) {
  const auto look = [&] {
    for (const SeriesForecast& series : fitted.forecast(2 * kSeason + 1).series) {
      static_cast<void>(series.distribution->mean(2 * kSeason));
      static_cast<void>(series.distribution->quantile(kSeason, 0.9));
    }
  };
  look();
  bool is_near = true;
  for (const SeriesForecast& series : fitted.forecast(1).series) {
    is_near = is_near && series.first + kLongestGap > kEnd;
  }
  if (is_near) fitted.update(daily_wave(kEnd, kEnd + 5));
  look();
  for (std::size_t i = 0; i < fitted.ledger().size(); ++i) {
    static_cast<void>(fitted.explain(static_cast<Eigen::Index>(i)));
  }
  static_cast<void>(fitted.clone()->save());
}

}  // namespace

/// All models are fitted before the first input, whose time is limited.
extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  subjects();
  return 0;
}

/// A damaged state of any model is refused with Error bad_data or newer_version, or is as good as
/// another one. The first byte names the model; then come bytes of CBOR, or choices of what to
/// damage in a state that the model wrote itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices({data, size});
  const std::size_t choice = choices.next();
  const Subject& subject = subjects()[choice % subjects().size()];
  std::unique_ptr<Fitted> fitted;
  try {
    json state = subject.state;
    if (choice >= 224) {
      const auto bytes = choices.rest();
      state = parse_state({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "input");
    }
    while (choice < 224 && choices.any()) {
      json& part = pick(state, choices);
      damage(part, choices);
    }
    fitted = subject.model->load(state);
  } catch (const Error& error) {
    const bool newer = error.code() == ErrorCode::newer_version;
    if (error.code() != ErrorCode::bad_data && !newer) std::abort();
    return 0;
  }
  use(*fitted);
  return 0;
}
