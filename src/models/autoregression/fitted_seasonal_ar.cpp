#include "models/autoregression/fitted_seasonal_ar.h"

#include "models/saved_state.h"
#include "series/derived_predictive.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

/// Missing values at the end that widen the intervals one by one; more say nothing new.
constexpr Index kLongestGap = 1000;
/// Greatest lag that a saved state may have.
constexpr int kLongestLag = 10'000'000;
/// Values kept beyond what the lags need, so that dropping the oldest is rare.
constexpr std::size_t kSlack = 256;

json as_json(const VectorXd& values) {
  return std::vector<double>(values.begin(), values.end());
}

VectorXd vector_from(const json& state, const char* key) {
  const auto values = state.at(key).get<std::vector<double>>();
  return Eigen::Map<const VectorXd>(values.data(), std::ssize(values));
}

Transform transform_from(const json& state) {
  const Transform transform = parse_transform(state.at("scale").get<std::string>());
  if (transform.kind == Transform::Kind::box_cox) refuse_state("SeasonalAR", "scale");
  return transform;
}

LagRegression regression_from(const json& state) {
  LagRegression result{wholes<int>(state.at("lags")), vector_from(state, "weights"),
                       vector_from(state, "profile"), state.at("mean").get<double>(),
                       variance(state, "sigma2")};
  const std::vector<int>& lags = result.lags;
  const bool ordered = !lags.empty() && std::is_sorted(lags.begin(), lags.end());
  if (!ordered || lags.front() < 1 || lags.back() > kLongestLag) refuse_state("SeasonalAR", "lags");
  if (result.weights.size() != std::ssize(lags)) refuse_state("SeasonalAR", "weights");
  if (result.profile.size() < 1) refuse_state("SeasonalAR", "profile");
  return result;
}

LagMemory memory_from(const json& state, int longest_lag) {
  LagMemory result;
  result.past = state.at("past").get<std::vector<double>>();
  if (std::ssize(result.past) != longest_lag) refuse_state("SeasonalAR", "past");
  result.bounds = {state.at("low").get<double>(), state.at("high").get<double>()};
  if (!(result.bounds.low <= result.bounds.high)) refuse_state("SeasonalAR", "bounds");
  result.missing = whole_number(state, "missing", 0, kLongestGap);
  return result;
}

}  // namespace

void ForecastBounds::take(double z) {
  low = std::min(low, z);
  high = std::max(high, z);
}

double ForecastBounds::clip(double z) const {
  return std::clamp(z, low - range() / 2, high + range() / 2);
}

FittedSeasonalAr::FittedSeasonalAr(LagRegression regression, const Transform& transform,
                                   double stretch, LagMemory memory, const Calendar& calendar,
                                   Bucket next)
    : regression_(std::move(regression)),
      transform_(transform),
      stretch_(stretch),
      memory_(std::move(memory)),
      calendar_(calendar),
      next_(next) {
  assert(memory_.past.size() >= longest_lag());
}

std::unique_ptr<FittedSeasonalAr> FittedSeasonalAr::load(const json& state,
                                                         const Calendar& calendar) {
  LagRegression regression = regression_from(state);
  LagMemory memory = memory_from(state, regression.lags.back());
  const auto next = whole<Bucket>(state.at("next"));
  if (!calendar.holds(next)) refuse_state("SeasonalAR", "next");
  const auto stretch = state.at("stretch").get<double>();
  if (!(stretch >= 0)) refuse_state("SeasonalAR", "stretch");
  return std::make_unique<FittedSeasonalAr>(std::move(regression), transform_from(state), stretch,
                                            std::move(memory), calendar, next);
}

PredictivePtr FittedSeasonalAr::forecast(Index horizon, const Regressors&) const {
  auto own = std::make_shared<GaussianPredictive>(gaussian(horizon, 1));
  auto wide = std::make_shared<GaussianPredictive>(gaussian(horizon, stretch_));
  return with_means(back_transform(transform_, std::move(wide)),
                    means_of(*back_transform(transform_, std::move(own))));
}

Components FittedSeasonalAr::components(Index horizon, const Regressors&) const {
  const VectorXd level = VectorXd::Constant(horizon, regression_.mean);
  const std::vector<double> at_mean(longest_lag(), regression_.mean);
  Components parts;
  parts.add(kLevel, level);
  if (regression_.profile.size() > 1)
    parts.add(season_part(static_cast<double>(regression_.profile.size())),
              path(at_mean, horizon) - level);
  parts.complete(kRemainder, path(latest(), horizon));
  return back_transform(transform_, parts, means_of(*forecast(horizon)));
}

GaussianPredictive FittedSeasonalAr::on_scale(Index horizon) const {
  return gaussian(horizon, 1);
}

GaussianPredictive FittedSeasonalAr::gaussian(Index horizon, double stretch) const {
  const VectorXd psi = bounded_psi(horizon + memory_.missing);
  const double sigma = stretch * std::sqrt(regression_.sigma2);
  MatrixXd state(horizon, memory_.missing);
  for (Index gap = 0; gap < memory_.missing; ++gap)
    state.col(gap) = sigma * psi.segment(gap + 1, horizon);
  return {path(latest(), horizon), psi.head(horizon), sigma * sigma, std::move(state)};
}

void FittedSeasonalAr::update(std::span<const double> values, const Regressors&) {
  std::vector<double>& past = memory_.past;
  for (const double y : values) {
    const bool known = in_domain(transform_, {&y, 1}) && std::isfinite(y);
    memory_.missing = known ? 0 : std::min(memory_.missing + 1, kLongestGap);
    const double z = known ? transformed_values(transform_, {&y, 1}).front()
                           : memory_.bounds.clip(regression_.next(past, place(next_)));
    if (known) memory_.bounds.take(z);
    past.push_back(z);
    ++next_;
    if (past.size() > 2 * longest_lag() + kSlack)
      past.erase(past.begin(), past.end() - static_cast<std::ptrdiff_t>(longest_lag()));
  }
}

std::unique_ptr<FittedSeries> FittedSeasonalAr::clone() const {
  return std::make_unique<FittedSeasonalAr>(*this);
}

json FittedSeasonalAr::save() const {
  return {{"scale", to_string(transform_)},
          {"lags", regression_.lags},
          {"weights", as_json(regression_.weights)},
          {"profile", as_json(regression_.profile)},
          {"mean", regression_.mean},
          {"sigma2", regression_.sigma2},
          {"stretch", stretch_},
          {"next", next_},
          {"low", memory_.bounds.low},
          {"high", memory_.bounds.high},
          {"missing", memory_.missing},
          {"past", latest()}};
}

json FittedSeasonalAr::explain() const {
  json lags = json::array();
  for (std::size_t i = 0; i < regression_.lags.size(); ++i) {
    lags.push_back(
        {{"lag", regression_.lags[i]}, {"weight", regression_.weights[static_cast<Index>(i)]}});
  }
  return {{"scale", to_string(transform_)}, {"mean", regression_.mean},
          {"lags", std::move(lags)},        {"profile", as_json(regression_.profile)},
          {"sigma2", regression_.sigma2},   {"interval_stretch", stretch_}};
}

/// The latest values, as many as the greatest lag.
std::vector<double> FittedSeasonalAr::latest() const {
  return {memory_.past.end() - static_cast<std::ptrdiff_t>(longest_lag()), memory_.past.end()};
}

int FittedSeasonalAr::place(Bucket bucket) const {
  const auto places = static_cast<int>(regression_.profile.size());
  return places == 1 ? 0 : calendar_.season_position(bucket, places);
}

/// What comes after `past`, as many values as the greatest lag.
VectorXd FittedSeasonalAr::path(std::vector<double> past, Index horizon) const {
  std::vector<double> values = std::move(past);
  values.reserve(values.size() + static_cast<std::size_t>(horizon));
  for (Index k = 0; k < horizon; ++k)
    values.push_back(memory_.bounds.clip(regression_.next(values, place(next_ + k))));
  return Eigen::Map<const VectorXd>(values.data() + longest_lag(), horizon);
}

/// psi, zero from where the standard deviation would pass the range of the values: iterated
/// forecasts are kept inside it as well.
VectorXd FittedSeasonalAr::bounded_psi(Index count) const {
  VectorXd psi = regression_.psi(count);
  const double most = std::pow(memory_.bounds.range(), 2);
  double variance = regression_.sigma2;
  for (Index k = 1; k < count; ++k) {
    variance += regression_.sigma2 * psi[k] * psi[k];
    if (variance <= most) continue;
    psi.tail(count - k).setZero();
    break;
  }
  return psi;
}

}  // namespace forecart
