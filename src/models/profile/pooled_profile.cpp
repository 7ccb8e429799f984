#include "models/profile/pooled_profile.h"

#include "base/error.h"
#include "models/profile/fitted_pooled_profile.h"
#include "models/saved_state.h"

#include <fmt/format.h>

#include <cassert>
#include <utility>

namespace forecart {

namespace {

/// Seasons that a saved state may ask for, in steps: a year of seconds fits.
constexpr int kLongestSeason = 100'000'000;

class PooledProfile final : public Model {
 public:
  explicit PooledProfile(PooledProfileOptions options) : options_(std::move(options)) {
    assert(options_.fallback != nullptr && options_.season >= 1);
  }

  std::string name() const override { return "PooledProfile"; }
  bool pools() const override { return true; }

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates&,
                              const FitOptions& options) const override {
    auto fitted = std::make_unique<FittedPooledProfile>(options_, panel.calendar());
    fitted->fit(panel, options);
    return fitted;
  }

  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return read_state(name(), [&] { return restore(state); });
  }

 private:
  std::unique_ptr<Fitted> restore(const nlohmann::json& state) const {
    const auto version = whole_number(state, "version", 1, INT32_MAX);
    if (version > FittedPooledProfile::kStateVersion) {
      throw Error(ErrorCode::newer_version,
                  fmt::format("the saved state of PooledProfile has version {}, this program knows "
                              "up to {}; use a newer program",
                              version, FittedPooledProfile::kStateVersion));
    }
    PooledProfileOptions options = options_;
    options.season = static_cast<int>(whole_number(state, "season", 1, kLongestSeason));
    const Calendar calendar(Frequency::parse(state.at("frequency").get<std::string>()),
                            TimeZone::named(state.at("zone").get<std::string>()));
    auto fitted = std::make_unique<FittedPooledProfile>(std::move(options), calendar);
    fitted->restore(state);
    return fitted;
  }

  PooledProfileOptions options_;
};

}  // namespace

ModelPtr make_pooled_profile(PooledProfileOptions options) {
  return std::make_shared<PooledProfile>(std::move(options));
}

}  // namespace forecart
