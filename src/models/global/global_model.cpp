#include "models/global/global_model.h"

#include "models/global/fitted_global.h"
#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart {

namespace {

/// Known values a series needs, and the greatest whose square sums stay finite.
constexpr std::int64_t kLeastValues = 8;
constexpr double kGreatestValue = 1e100;

class GlobalModel final : public Model {
 public:
  GlobalModel(std::shared_ptr<const GlobalMethod> method, SeriesModelPtr fallback)
      : parts_{std::move(method), std::move(fallback)} {}

  std::string name() const override { return parts_.method->name(); }
  bool pools() const override { return true; }
  bool uses_covariates() const override { return parts_.method->uses_covariates(); }

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    return fit_global(parts_, panel, covariates, options);
  }
  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return read_state(name(), [&] { return load_global(parts_, state); });
  }

 private:
  GlobalParts parts_;
};

}  // namespace

ModelPtr global_model(std::shared_ptr<const GlobalMethod> method, SeriesModelPtr fallback) {
  return std::make_shared<GlobalModel>(std::move(method), std::move(fallback));
}

std::string nothing_to_learn(std::span<const double> values) {
  std::int64_t known = 0;
  bool varies = false;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    if (!(std::abs(value) <= kGreatestValue)) {
      return fmt::format("the value {} is beyond {}", value, kGreatestValue);
    }
    ++known;
    varies = varies || value != values.front();
  }
  if (known == 0) return "no values";
  if (!varies) return fmt::format("all values are {}", values.front());
  if (known < kLeastValues) {
    return fmt::format("too short: {} known values, {} are needed", known, kLeastValues);
  }
  return "";
}

bool never_negative(std::span<const double> values) {
  return std::none_of(values.begin(), values.end(), [](double y) { return y < 0; });
}

double value_at(const SeriesView& series, Bucket bucket) {
  if (bucket < series.first || bucket >= series.end()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return series.values[static_cast<std::size_t>(bucket - series.first)];
}

}  // namespace forecart
