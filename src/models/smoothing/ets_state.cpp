#include "models/smoothing/ets_state.h"

#include "models/saved_state.h"
#include "models/smoothing/ets_step.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart::ets {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

/// What is divided by stays this far from 0; values are of order 1.
constexpr double kSmallest = 1e-6;
/// How far above the highest level so far a multiplicative trend may lead.
constexpr double kHighestLevel = 4;

double apart_from_zero(double x) {
  return std::abs(x) < kSmallest ? std::copysign(kSmallest, x) : x;
}

/// Level and trend of a form that multiplies by them stay above zero.
template <Growth kGrowth>
double held_up(double x) {
  return kGrowth > Growth::additive ? std::max(x, kSmallest) : x;
}

}  // namespace

State::State(const Form& form, int season_length, const VectorXd& parameters)
    : form_(form), season_{form.season == Part::multiplicative ? 1.0 : 0.0} {
  const Layout layout(form, season_length);
  smoothing_ = Smoothing::of(layout, parameters);
  level_ = parameters[layout.level];
  if (layout.trend >= 0) trend_ = parameters[layout.trend];
  if (layout.season < 0) return;
  const double* const first = parameters.data() + layout.season;
  season_.assign(first, first + layout.season_length);
}

double State::expected() const {
  return dispatch(form_, [&]<Growth kGrowth, Part kSeason>() {
    const double carry = carried<kGrowth>(trend_, smoothing_.phi);
    return seasoned<kSeason>(grown<kGrowth>(level_, carry), place());
  });
}

void State::step(double y) {
  dispatch(form_, [&]<Growth kGrowth, Part kSeason>() {
    const auto& [alpha, beta, gamma, phi] = smoothing_;
    const double carry = carried<kGrowth>(trend_, phi);
    const double q = grown<kGrowth>(level_, carry);
    const double f = seasoned<kSeason>(q, place());
    highest_ = std::max(highest_, std::abs(kSeason == Part::multiplicative ? q : f));
    const double d = std::isnan(y) ? 0 : y - f;
    double r = d;
    if constexpr (kSeason == Part::multiplicative) r /= apart_from_zero(place());
    const double rise = kGrowth > Growth::additive ? r / apart_from_zero(level_) : r;
    level_ = held_up<kGrowth>(q + alpha * r);
    if constexpr (kGrowth != Growth::none) trend_ = held_up<kGrowth>(carry + beta * rise);
    if constexpr (kSeason == Part::additive) place() += gamma * d;
    if constexpr (kSeason == Part::multiplicative) place() += gamma * d / apart_from_zero(q);
  });
  next_ = (next_ + 1) % season_.size();
}

Outlook State::outlook(Index horizon) const {
  const bool seasonal = form_.season != Part::none;
  const double highest = kHighestLevel * highest_;
  Outlook result{VectorXd(horizon), VectorXd(seasonal ? horizon : 0), VectorXd(horizon)};
  dispatch(form_, [&]<Growth kGrowth, Part kSeason>() {
    double level = level_;
    double trend = trend_;
    for (Index k = 0; k < horizon; ++k) {
      const double s = season_[(next_ + static_cast<std::size_t>(k)) % season_.size()];
      trend = carried<kGrowth>(trend, smoothing_.phi);
      level = grown<kGrowth>(level, trend);
      if constexpr (kGrowth > Growth::additive) level = std::min(level, highest);
      result.level[k] = level;
      if constexpr (kSeason != Part::none) result.season[k] = s;
      result.mean[k] = seasoned<kSeason>(level, s);
    }
  });
  return result;
}

std::vector<double> State::season() const {
  if (form_.season == Part::none) return {};
  std::vector<double> result = season_;
  std::rotate(result.begin(), result.begin() + static_cast<std::ptrdiff_t>(next_), result.end());
  return result;
}

json State::save() const {
  return {{"level", level_}, {"trend", trend_}, {"season", season()}, {"highest", highest_}};
}

void State::load(const json& state) {
  level_ = state.at("level").get<double>();
  trend_ = state.at("trend").get<double>();
  highest_ = state.at("highest").get<double>();
  const auto season = state.at("season").get<std::vector<double>>();
  const bool seasonal = form_.season != Part::none;
  if (season.size() != (seasonal ? season_.size() : 0)) refuse_state("AutoETS", "season");
  if (seasonal) season_ = season;
  next_ = 0;
}

}  // namespace forecart::ets
