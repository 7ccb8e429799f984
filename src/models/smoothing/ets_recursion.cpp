#include "models/smoothing/ets_recursion.h"

#include "models/smoothing/ets_step.h"

#include <algorithm>

namespace forecart::ets {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

template <Growth kGrowth, Part kSeason>
void run_form(const Smoothing& p, Index season_length, std::span<const double> y, Path& path) {
  double l = path.level[0];
  double b = path.trend[0];
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double s = path.season[t];
    const double carry = carried<kGrowth>(b, p.phi);
    const double q = grown<kGrowth>(l, carry);
    const double f = seasoned<kSeason>(q, s);
    const double d = std::isnan(y[t]) ? 0 : y[t] - f;
    const double r =
        kSeason == Part::multiplicative ? d * (1 / s) : d;  // 1 / s is ready long before d
    path.expected[t] = f;
    if constexpr (kGrowth == Growth::additive) b = carry + p.beta * r;
    if constexpr (kGrowth > Growth::additive) b = carry + p.beta * r / l;
    l = q + p.alpha * r;
    path.level[t + 1] = l;
    path.trend[t + 1] = b;
    if constexpr (kSeason == Part::none) continue;
    const double gain = kSeason == Part::multiplicative ? d / q : d;
    path.season[t + static_cast<std::size_t>(season_length)] = s + p.gamma * gain;
  }
}

/// Derivatives of the function with respect to the states and parameters while going backwards.
struct Adjoint {
  double alpha = 0;
  double beta = 0;
  double gamma = 0;
  double phi = 0;
  double level = 0;
  double trend = 0;
  std::vector<double> season;  // as Path::season
};

/// One value backwards: `g` is the slope at it.
template <Growth kGrowth, Part kSeason>
void pull_back_step(const Smoothing& p, const Path& path, std::size_t t, double y, double g,
                    double& next_season, Adjoint& a) {
  const double l = path.level[t];
  const double b = path.trend[t];
  const double s = path.season[t];
  const double carry = carried<kGrowth>(b, p.phi);
  const double q = grown<kGrowth>(l, carry);
  const double d = std::isnan(y) ? 0 : y - path.expected[t];
  const bool divides = kSeason == Part::multiplicative;
  const double inverse_s = divides ? 1 / s : 1;
  const double gain = divides ? p.gamma * next_season * (1 / q) : p.gamma * next_season;
  const double r = d * inverse_s;
  double into_r = p.alpha * a.level;
  if constexpr (kGrowth == Growth::additive) into_r += p.beta * a.trend;
  if constexpr (kGrowth > Growth::additive) into_r += p.beta * a.trend / l;
  double into_d = into_r * inverse_s;
  if constexpr (kSeason != Part::none) into_d += gain;
  const double into_f = std::isnan(y) ? 0 : g - into_d;
  double into_q = a.level;
  a.alpha += a.level * r;
  if constexpr (kSeason == Part::none) into_q += into_f;
  if constexpr (kSeason == Part::additive) {
    a.gamma += next_season * d;
    into_q += into_f;
    a.season[t] = next_season + into_f;
  }
  if constexpr (kSeason == Part::multiplicative) {
    a.gamma += next_season * d / q;
    into_q += into_f * s - gain * d / q;
    a.season[t] = next_season + into_f * q - into_r * (r * inverse_s);
  }
  if constexpr (kGrowth == Growth::none) a.level = into_q;
  if constexpr (kGrowth == Growth::additive) {
    a.beta += a.trend * r;
    a.phi += b * (into_q + a.trend);
    a.level = into_q;
    a.trend = p.phi * (into_q + a.trend);
  }
  if constexpr (kGrowth > Growth::additive) {
    const double into_carry = a.trend + into_q * l;
    a.beta += a.trend * r / l;
    a.level = into_q * carry - p.beta * a.trend * r / (l * l);
    const bool damped = kGrowth == Growth::damped_multiplicative;
    if (damped) a.phi += into_carry * carry * std::log(b);
    a.trend = damped ? into_carry * p.phi * carry / b : into_carry;
  }
}

template <Growth kGrowth, Part kSeason>
void pull_back_form(const Smoothing& p, const Path& path, std::span<const double> y,
                    std::span<const double> slope, Adjoint& a) {
  const std::size_t m = path.season.size() - y.size();
  for (std::size_t t = y.size(); t-- > 0;) {
    pull_back_step<kGrowth, kSeason>(p, path, t, y[t], slope[t], a.season[t + m], a);
  }
}

/// Columns of tangents that are made at a time.
constexpr Index kBlock = 64;

/// Derivatives of the states by the parameters while going forwards.
struct Tangent {
  VectorXd level;
  VectorXd trend;
  VectorXd last_level;
  VectorXd error;   // of the level, y - f over s
  VectorXd gain;    // of the season
  MatrixXd season;  // (size, season_length), the place of value t in column t modulo the length
};

/// One value forwards; gives the derivative of its expected value.
template <Growth kGrowth, Part kSeason>
void push_step(const Smoothing& p, const Layout& at, const Path& path, Index t, double y,
               Tangent& d, Eigen::Ref<VectorXd> into_f) {
  const auto i = static_cast<std::size_t>(t);
  const double l = path.level[i];
  const double b = path.trend[i];
  const double s = path.season[i];
  const double carry = carried<kGrowth>(b, p.phi);
  const double q = grown<kGrowth>(l, carry);
  const double error = std::isnan(y) ? 0 : y - path.expected[i];
  const double r = kSeason == Part::multiplicative ? error / s : error;
  auto season = d.season.col(t % at.season_length);
  if constexpr (kGrowth == Growth::additive) {
    d.trend *= p.phi;
    if (at.phi >= 0) d.trend[at.phi] += b;
    d.level += d.trend;
  }
  if constexpr (kGrowth > Growth::additive) {
    d.last_level = d.level;
    if constexpr (kGrowth == Growth::damped_multiplicative) {
      d.trend *= p.phi * carry / b;
      d.trend[at.phi] += carry * std::log(b);
    }
    d.level = carry * d.level + l * d.trend;
  }
  into_f = d.level;
  if constexpr (kSeason == Part::additive) into_f += season;
  if constexpr (kSeason == Part::multiplicative) into_f = s * d.level + q * season;
  if (std::isnan(y)) {
    into_f.setZero();
    return;
  }
  if constexpr (kSeason == Part::multiplicative) {
    // of gamma d / q, while d.level still is the derivative of q
    d.gain = -p.gamma / q * (into_f + error / q * d.level);
    d.gain[at.gamma] += error / q;
    d.error = -1 / s * (into_f + r * season);
    season += d.gain;
  } else {
    d.error = -into_f;
  }
  d.level += p.alpha * d.error;
  d.level[at.alpha] += r;
  if constexpr (kGrowth == Growth::additive) {
    d.trend += p.beta * d.error;
    d.trend[at.beta] += r;
  }
  if constexpr (kGrowth > Growth::additive) {
    d.trend += p.beta / l * (d.error - r / l * d.last_level);
    d.trend[at.beta] += r / l;
  }
  if constexpr (kSeason == Part::additive) {
    season += p.gamma * d.error;
    season[at.gamma] += error;
  }
}

}  // namespace

Layout::Layout(const Form& form, int length) {
  size = 1;
  if (form.trend != Part::none) beta = size++;
  if (form.season != Part::none) gamma = size++;
  if (form.damped) phi = size++;
  level = size++;
  if (form.trend != Part::none) trend = size++;
  if (form.season == Part::none) return;
  season = size;
  season_length = length;
  size += length;
}

Smoothing Smoothing::of(const Layout& layout, const VectorXd& parameters) {
  const auto at = [&](Index i, double otherwise) { return i < 0 ? otherwise : parameters[i]; };
  return {parameters[layout.alpha], at(layout.beta, 0), at(layout.gamma, 0), at(layout.phi, 1)};
}

Recursion::Recursion(const Form& form, int season_length, std::span<const double> y)
    : form_(form), layout_(form, season_length), y_(y) {}

void Recursion::run(const VectorXd& parameters, Path& path) const {
  const std::size_t n = y_.size();
  path.level.resize(n + 1);
  path.trend.resize(n + 1);
  path.season.resize(n + static_cast<std::size_t>(layout_.season_length));
  path.expected.resize(n);
  path.level[0] = parameters[layout_.level];
  path.trend[0] = layout_.trend < 0 ? 0 : parameters[layout_.trend];
  if (layout_.season >= 0) {
    std::copy_n(parameters.data() + layout_.season, layout_.season_length, path.season.begin());
  }
  dispatch(form_, [&]<Growth kGrowth, Part kSeason>() {
    run_form<kGrowth, kSeason>(Smoothing::of(layout_, parameters), layout_.season_length, y_, path);
  });
}

VectorXd Recursion::pull_back(const VectorXd& parameters, const Path& path,
                              std::span<const double> slope) const {
  Adjoint a;
  a.season.assign(path.season.size(), 0);
  dispatch(form_, [&]<Growth kGrowth, Part kSeason>() {
    pull_back_form<kGrowth, kSeason>(Smoothing::of(layout_, parameters), path, y_, slope, a);
  });
  VectorXd result(layout_.size);
  result[layout_.alpha] = a.alpha;
  if (layout_.beta >= 0) result[layout_.beta] = a.beta;
  if (layout_.gamma >= 0) result[layout_.gamma] = a.gamma;
  if (layout_.phi >= 0) result[layout_.phi] = a.phi;
  result[layout_.level] = a.level;
  if (layout_.trend >= 0) result[layout_.trend] = a.trend;
  if (layout_.season >= 0) {
    std::copy_n(a.season.begin(), layout_.season_length, result.data() + layout_.season);
  }
  return result;
}

void Recursion::tangents(const VectorXd& parameters, const Path& path,
                         const TangentBlock& take) const {
  const Smoothing smoothing = Smoothing::of(layout_, parameters);
  Tangent d;
  d.level = d.trend = VectorXd::Zero(layout_.size);
  d.season = MatrixXd::Zero(layout_.size, layout_.season_length);
  d.level[layout_.level] = 1;
  if (layout_.trend >= 0) d.trend[layout_.trend] = 1;
  if (layout_.season >= 0) d.season.middleRows(layout_.season, layout_.season_length).setIdentity();
  MatrixXd block;
  for (Index first = 0; first < std::ssize(y_); first += kBlock) {
    block.resize(layout_.size, std::min(kBlock, std::ssize(y_) - first));
    dispatch(form_, [&]<Growth kGrowth, Part kSeason>() {
      for (Index i = 0; i < block.cols(); ++i) {
        push_step<kGrowth, kSeason>(smoothing, layout_, path, first + i,
                                    y_[static_cast<std::size_t>(first + i)], d, block.col(i));
      }
    });
    take(first, block);
  }
}

}  // namespace forecart::ets
