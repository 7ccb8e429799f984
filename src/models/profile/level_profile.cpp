#include "models/profile/level_profile.h"

#include "base/error.h"
#include "models/profile/fitted_level_profile.h"
#include "models/saved_state.h"

#include <fmt/format.h>

#include <cassert>
#include <utility>

namespace forecart {

namespace {

/// Seasons that a saved state may ask for, in steps: a year of seconds fits.
constexpr int kLongestSeason = 100'000'000;

class LevelProfile final : public Model {
 public:
  explicit LevelProfile(LevelProfileOptions options) : options_(std::move(options)) {
    assert(options_.fallback != nullptr && options_.season >= 1);
  }

  std::string name() const override { return "LevelProfile"; }
  bool pools() const override { return true; }

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates&,
                              const FitOptions& options) const override {
    auto fitted = std::make_unique<FittedLevelProfile>(options_, panel.calendar());
    fitted->fit(panel, options);
    return fitted;
  }

  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return read_state(name(), [&] { return restore(state); });
  }

 private:
  std::unique_ptr<Fitted> restore(const nlohmann::json& state) const {
    const auto version = whole_number(state, "version", 1, INT32_MAX);
    if (version > FittedLevelProfile::kStateVersion) {
      throw Error(ErrorCode::newer_version,
                  fmt::format("the saved state of LevelProfile has version {}, this program knows "
                              "up to {}; use a newer program",
                              version, FittedLevelProfile::kStateVersion));
    }
    LevelProfileOptions options = options_;
    options.season = static_cast<int>(whole_number(state, "season", 1, kLongestSeason));
    const Calendar calendar(Frequency::parse(state.at("frequency").get<std::string>()),
                            TimeZone::named(state.at("zone").get<std::string>()));
    auto fitted = std::make_unique<FittedLevelProfile>(std::move(options), calendar);
    fitted->restore(state);
    return fitted;
  }

  LevelProfileOptions options_;
};

}  // namespace

ModelPtr make_level_profile(LevelProfileOptions options) {
  return std::make_shared<LevelProfile>(std::move(options));
}

}  // namespace forecart
