#include "series/seasonality.h"

#include "math/chi_squared.h"
#include "math/median.h"
#include "series/diagnostics.h"

#include <unsupported/Eigen/FFT>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <numbers>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr double kLevel = .005;
constexpr double kLeastShare = .01;
constexpr Index kLeastCycles = 3;

bool known_value(double value) {
  return !std::isnan(value);
}

/// Pulls values in to `widths` standard deviations around the median, measured by the median
/// absolute deviation or, where spikes are the rule, by the mean one, each as for a Gaussian.
void clip(VectorXd& x, double widths) {
  std::vector<double> values;
  std::copy_if(x.begin(), x.end(), std::back_inserter(values), known_value);
  if (values.empty()) return;
  const double centre = upper_median(values);
  double mean = 0;
  for (double& value : values) {
    value = std::abs(value - centre);
    mean += value / static_cast<double>(values.size());
  }
  const double reach = widths * std::max(kMedianToScale * upper_median(values), 1.2533 * mean);
  for (double& value : x) {
    if (known_value(value)) value = std::clamp(value, centre - reach, centre + reach);
  }
}

/// Less the least-squares line through what is known.
void detrend(VectorXd& x) {
  double count = 0;
  double mean_t = 0;
  double mean_x = 0;
  double spread = 0;
  double product = 0;
  for (Index t = 0; t < x.size(); ++t) {
    if (!known_value(x[t])) continue;
    ++count;
    const double dt = static_cast<double>(t) - mean_t;
    mean_t += dt / count;
    mean_x += (x[t] - mean_x) / count;
    spread += dt * (static_cast<double>(t) - mean_t);
    product += dt * (x[t] - mean_x);
  }
  const double slope = spread > 0 ? product / spread : 0;
  for (Index t = 0; t < x.size(); ++t) x[t] -= mean_x + slope * (static_cast<double>(t) - mean_t);
}

/// x_t - phi^g x_{t-g}, the error of predicting from the last known value with phi the first
/// autocorrelation, in [0, 1]: takes the steepest part of a walk's spectrum away, which else would
/// leak into the harmonics.
VectorXd prewhitened(const VectorXd& x) {
  const std::span<const double> values(x.data(), static_cast<std::size_t>(x.size()));
  const double phi = std::clamp(autocorrelations(values, 1)[1], 0.0, 1.0);
  VectorXd u = x;
  double prediction = std::nan("");
  for (Index t = 0; t < x.size(); ++t) {
    u[t] = x[t] - prediction;
    prediction = phi * (known_value(x[t]) ? x[t] : prediction);
  }
  return u;
}

/// What is left to look for seasons in; missing values are 0. Empty for a series that is constant,
/// a line, or has no values.
VectorXd noise_of(std::span<const double> values) {
  VectorXd x = Eigen::Map<const VectorXd>(values.data(), static_cast<Index>(values.size()));
  const double scale = x.array().isNaN().select(0, x).cwiseAbs().maxCoeff();
  detrend(x);
  clip(x, 8);
  VectorXd u = prewhitened(x);
  clip(u, 5);
  u = u.array().isNaN().select(0, u);
  if (u.cwiseAbs().maxCoeff() <= 1e-9 * scale) return {};
  return u;
}

/// The greatest number up to n without prime factors beyond 7, for the Fourier transform.
Index smooth_number(Index n) {
  for (;; --n) {
    Index rest = n;
    for (const Index prime : {2, 3, 5, 7}) {
      while (rest % prime == 0) rest /= prime;
    }
    if (rest == 1) return n;
  }
}

/// Less the mean of each phase.
void remove_profile(VectorXd& x, Index season) {
  for (Index phase = 0; phase < std::min(season, x.size()); ++phase) {
    auto values = x(Eigen::seq(phase, Eigen::last, season));
    values.array() -= values.mean();
  }
}

/// The periodogram at whole cycles 0..n/2 of n values, on an arbitrary scale.
VectorXd periodogram(const VectorXd& x) {
  std::vector<double> time(x.begin(), x.end());
  std::vector<std::complex<double>> frequency;
  Eigen::FFT<double> transform;
  transform.SetFlag(Eigen::FFT<double>::HalfSpectrum);
  transform.fwd(frequency, time);
  VectorXd result(static_cast<Index>(frequency.size()));
  for (Index k = 0; k < result.size(); ++k) result[k] = std::norm(frequency[k]);
  return result;
}

/// Evidence of one harmonic: -log p of its periodogram value against the local level.
struct Harmonic {
  double evidence = 0;
  double gain = 0;  ///< power less twice the level: what its two coefficients save in a new cycle
};

/// The periodogram of whole cycles of one season, and which of its values may be used.
class SeasonSpectrum {
 public:
  SeasonSpectrum(const VectorXd& noise, Index season, std::span<const int> known)
      : cycles_(smooth_number(noise.size() / season)) {
    VectorXd x = noise.tail(cycles_ * season);
    for (const int shorter : known) remove_profile(x, shorter);
    power_ = periodogram(x);
    taken_.assign(static_cast<std::size_t>(power_.size()), false);
    for (const int shorter : known) take(x.size(), shorter);
    total_ = power_.sum();
  }

  SeasonEvidence evidence() const;

 private:
  void take(Index n, int shorter);
  bool usable(Index k) const { return k > 0 && k < power_.size() - 1 && !taken_[k]; }
  double log_level_around(Index k, Index& count) const;
  std::vector<Harmonic> harmonics() const;

  Index cycles_;
  VectorXd power_;
  std::vector<bool> taken_;  // by a known season
  double total_ = 0;
};

/// Marks the values within one cycle of the harmonics of a shorter season.
void SeasonSpectrum::take(Index n, int shorter) {
  const double step = static_cast<double>(n) / shorter;
  for (int g = 1; g <= shorter / 2; ++g) {
    const double place = g * step;
    for (auto k = static_cast<Index>(place); k <= static_cast<Index>(std::ceil(place)); ++k) {
      if (k < power_.size()) taken_[k] = true;
    }
  }
}

/// Mean logarithm of the nearest `count` usable values that are no harmonics; `count` becomes how
/// many there were. Unlike a mean it is not carried away by the skirt of a neighbouring line.
double SeasonSpectrum::log_level_around(Index k, Index& count) const {
  double sum = 0;
  const double floor = 1e-12 * total_;
  Index found = 0;
  for (Index distance = 1; found < count && distance < power_.size(); ++distance) {
    if (distance % cycles_ == 0) continue;
    for (const Index near : {k - distance, k + distance}) {
      if (near >= power_.size() || !usable(near)) continue;
      sum += std::log(std::max(power_[near], floor));
      ++found;
    }
  }
  count = found;
  return found > 0 ? sum / static_cast<double>(found) : 0;
}

std::vector<Harmonic> SeasonSpectrum::harmonics() const {
  std::vector<Harmonic> result;
  const Index wanted = std::clamp<Index>(cycles_ - 1, 8, 24);
  for (Index k = cycles_; k < power_.size() - 1; k += cycles_) {
    if (!usable(k)) continue;
    Index count = wanted;
    const double log_level = log_level_around(k, count);
    // The mean logarithm of `count` exponential values is about that of a gamma variable of this
    // shape: trigamma(shape) = trigamma(1) / count.
    const double shape =
        6 / (std::numbers::pi * std::numbers::pi) * static_cast<double>(count) + .5;
    const double level = std::exp(log_level + std::numbers::egamma);
    const double ratio = power_[k] / (level * std::exp(.5 / shape));
    result.push_back({shape * std::log1p(ratio / shape), power_[k] - 2 * level});
  }
  return result;
}

/// Fisher's sum over the first 1, 2, 4, ... harmonics; the best of them pays for their number.
SeasonEvidence SeasonSpectrum::evidence() const {
  SeasonEvidence best;
  const std::vector<Harmonic> all = harmonics();
  double tried = 0;
  double sum = 0;
  double gain = 0;
  std::size_t next = 1;
  for (std::size_t m = 1; m <= all.size(); ++m) {
    sum += all[m - 1].evidence;
    gain += all[m - 1].gain;
    if (m != next && m != all.size()) continue;
    next *= 2;
    ++tried;
    const double p = chi_squared_upper_tail(2 * sum, 2 * static_cast<double>(m));
    best.p_value = std::min(best.p_value, p);
    best.share = std::max(best.share, gain / total_);
  }
  best.p_value = std::min(1.0, best.p_value * tried);
  return best;
}

SeasonEvidence evidence_in(const VectorXd& noise, int season, std::span<const int> known) {
  if (season < 2 || noise.size() < kLeastCycles * season) return {};
  return SeasonSpectrum(noise, season, known).evidence();
}

bool is_season(const SeasonEvidence& evidence, double level) {
  return evidence.p_value < level && evidence.share > kLeastShare;
}

/// The first lag at which the autocorrelations peak nearly as high as anywhere; 0 if they nowhere
/// rise above zero again. Longer peaks repeat the season.
int leading_lag(const VectorXd& noise) {
  constexpr Index kLongest = 1000;
  constexpr double kNearlyAsHigh = .9;
  const std::span<const double> values(noise.data(), static_cast<std::size_t>(noise.size()));
  const Index longest = std::min(kLongest, noise.size() / kLeastCycles);
  const VectorXd r = autocorrelations(values, longest + 1);
  double highest = 0;
  std::vector<Index> peaks;
  for (Index lag = 2; lag <= longest; ++lag) {
    if (r[lag] <= r[lag - 1] || r[lag] < r[lag + 1] || r[lag] <= 0) continue;
    peaks.push_back(lag);
    highest = std::max(highest, r[lag]);
  }
  for (const Index lag : peaks) {
    if (r[lag] >= kNearlyAsHigh * highest) return static_cast<int>(lag);
  }
  return 0;
}

/// The shortest divisor of `season` that is a season itself and leaves nothing for the whole.
int without_repeats(const VectorXd& noise, int season, double level) {
  for (int part = 2; part <= season / 2; ++part) {
    if (season % part != 0 || !is_season(evidence_in(noise, part, {}), level)) continue;
    const std::array known{part};
    if (!is_season(evidence_in(noise, season, known), level)) return part;
  }
  return season;
}

std::vector<int> seasons_of_counter(VectorXd noise) {
  std::vector<int> found;
  const double level = kLevel / static_cast<double>(noise.size());
  for (int round = 0; round < 2; ++round) {
    int season = leading_lag(noise);
    if (season < 2 || !is_season(evidence_in(noise, season, found), level)) break;
    season = without_repeats(noise, season, level);
    found.push_back(season);
    remove_profile(noise, season);
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// Steps in a span, both in seconds; 0 where they are not whole.
int steps_in(std::int64_t seconds, std::int64_t step) {
  return seconds % step == 0 ? static_cast<int>(seconds / step) : 0;
}

}  // namespace

SeasonEvidence season_evidence(std::span<const double> values, int season,
                               std::span<const int> known) {
  if (values.size() < 2) return {};
  return evidence_in(noise_of(values), season, known);
}

std::vector<int> find_seasons(std::span<const double> values, std::vector<int> candidates) {
  std::vector<int> found;
  if (values.size() < 2) return found;
  const VectorXd noise = noise_of(values);
  std::sort(candidates.begin(), candidates.end());
  for (const int season : candidates) {
    if (is_season(evidence_in(noise, season, found), kLevel)) found.push_back(season);
  }
  return found;
}

std::vector<int> find_seasons(std::span<const double> values, const Frequency& frequency) {
  if (frequency.unit != FrequencyUnit::counter)
    return find_seasons(values, season_candidates(frequency));
  if (values.size() < 2) return {};
  VectorXd noise = noise_of(values);
  return noise.size() == 0 ? std::vector<int>{} : seasons_of_counter(std::move(noise));
}

std::vector<int> season_candidates(const Frequency& frequency) {
  constexpr std::int64_t kDay = 86400;
  const auto whole = [&frequency](int steps) { return steps_in(steps, frequency.multiple); };
  std::vector<int> result;
  switch (frequency.unit) {
    case FrequencyUnit::second:
    case FrequencyUnit::minute:
    case FrequencyUnit::hour:
      result = {steps_in(kDay, frequency.step().count()),
                steps_in(7 * kDay, frequency.step().count())};
      break;
    case FrequencyUnit::day:
      result = {whole(7), whole(365)};
      break;
    case FrequencyUnit::week:
      result = {whole(52)};
      break;
    case FrequencyUnit::month:
      result = {whole(12)};
      break;
    case FrequencyUnit::quarter:
      result = {whole(4)};
      break;
    case FrequencyUnit::counter:
    case FrequencyUnit::year:
      break;
  }
  std::erase_if(result, [](int season) { return season < 2; });
  return result;
}

}  // namespace forecart
