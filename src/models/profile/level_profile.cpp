#include "models/profile/level_profile.h"

#include "base/error.h"
#include "models/profile/fitted_level_profile.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

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
    if (state.contains("model") && !state.contains("version")) {
      throw Error(
          ErrorCode::bad_data,
          "the saved state of LevelProfile is that of an older forecart, whose LevelProfile "
          "knew one series at a time: fit the model again");
    }
    check_version(name(), state, FittedLevelProfile::kStateVersion);
    LevelProfileOptions options = options_;
    options.season = static_cast<int>(whole_number(state, "season", 1, kLongestSeason));
    auto fitted = std::make_unique<FittedLevelProfile>(std::move(options), read_calendar(state));
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
