#include "models/lstm/windows.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace forecart::lstm {

namespace {

using Eigen::Index;

/// What is read lies within so many units.
constexpr double kMostUnits = 15;

}  // namespace

WindowWriter::WindowWriter(const WindowPlan& plan, const Calendar& calendar)
    : plan_(plan), calendar_(calendar) {}

/// Logarithms and walks as they are; else large values are drawn in, as counts have long tails.
float WindowWriter::encoded(const Frame& frame, double working) const {
  const double x = frame.normal(working);
  const double drawn_in = plan_.space == Space::log ? x : std::asinh(x);
  return static_cast<float>(std::clamp(drawn_in, -kMostUnits, kMostUnits));
}

void WindowWriter::write_steps(const Origin& origin, const Frame& frame, const Place& place) const {
  const Index block = plan_.block;
  std::size_t at = 0;
  for (Index step = 0; step < plan_.steps; ++step) {
    const Index from = origin.end - (plan_.steps - step) * block;
    for (Index i = 0; i < block; ++i) {
      const float now = encoded(frame, origin.track->working(from + i));
      const float before = encoded(frame, origin.track->working(from + i - block));
      place.feature(at++) = now;
      place.feature(at++) = now - before;
    }
    const Bucket bucket = origin.first + from;
    for (std::size_t c = 0; c < plan_.covariates.per_bucket(); ++c) {
      place.feature(at++) = origin.beside->mean(bucket, bucket + block, c);
    }
  }
}

void WindowWriter::write_flat(const Origin& origin, const Frame& frame,
                              std::span<const StepSite> sites, const Place& place) const {
  std::size_t at = 0;
  for (Index i = 0; i < plan_.flat; ++i) {
    place.flat(at++) = encoded(frame, origin.track->working(origin.end - plan_.flat + i));
  }
  for (const StepSite& site : sites) place.flat(at++) = encoded(frame, site.base);
  for (const int length : plan_.seasons) {
    if (length <= 1) continue;
    const int position = calendar_.season_position(origin.first + origin.end, length);
    for (int wave = 1; wave <= kPositionWaves; ++wave) {
      const double angle = 2 * std::numbers::pi * wave * position / length;
      place.flat(at++) = static_cast<float>(std::sin(angle));
      place.flat(at++) = static_cast<float>(std::cos(angle));
    }
  }
  const Bucket end = origin.end_bucket();
  std::vector<float> year(plan_.year_numbers());
  write_year(end, year);
  for (const float number : year) place.flat(at++) = number;
  if (plan_.covariates.empty()) return;
  for (std::size_t c = 0; c < plan_.covariates.per_bucket(); ++c) {
    place.flat(at++) = origin.beside->mean(end - plan_.block, end, c);
  }
  for (const float number : origin.beside->fixed().numbers) place.flat(at++) = number;
}

/// Sine and cosine of some waves of the position in the year.
void WindowWriter::write_year(Bucket bucket, std::span<float> numbers) const {
  const double angle = 2 * std::numbers::pi * static_cast<double>(bucket) / plan_.year;
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    const double wave = static_cast<double>(i / 2 + 1) * angle;
    numbers[i] = static_cast<float>(std::sin(wave));
    numbers[i + 1] = static_cast<float>(std::cos(wave));
  }
}

void WindowWriter::write_known(const Origin& origin, std::size_t horizon,
                               const Place& place) const {
  const Bucket end = origin.end_bucket();
  const Bucket season = plan_.seasons.front();
  std::size_t at = 0;
  std::vector<float> year(plan_.year_numbers());
  std::vector<float> recent(plan_.covariates.plan.future.size());
  for (std::size_t c = 0; c < recent.size(); ++c) {
    recent[c] = origin.beside->mean(end - plan_.level, end, c);
  }
  for (std::size_t k = 0; k < horizon; ++k) {
    const Bucket target = end + static_cast<Bucket>(k);
    const Bucket before = target - season * (static_cast<Bucket>(k) / season + 1);
    for (std::size_t c = 0; c < recent.size(); ++c) {
      place.known(at++) = origin.beside->at(target, c);
      place.known(at++) = origin.beside->at(before, c);
      place.known(at++) = recent[c];
    }
    write_year(target, year);
    for (const float number : year) place.known(at++) = number;
  }
}

void WindowWriter::write(const Origin& origin, const Place& place,
                         std::span<StepSite> sites) const {
  const Frame frame = frame_at(plan_, *origin.track, origin.end);
  std::vector<double> base(sites.size());
  plan_.base.forecast(*origin.track, origin.end, base);
  for (std::size_t k = 0; k < sites.size(); ++k) {
    sites[k] = {origin.track->measure(), frame, base[k]};
  }
  const Frame finite =
      frame.usable() ? frame : Frame{};  // nothing is learnt there, but no NaN is read
  if (!place.block.features.empty()) write_steps(origin, finite, place);
  write_flat(origin, finite, sites, place);
  write_known(origin, sites.size(), place);
  if (plan_.covariates.empty()) return;
  const std::vector<std::int32_t>& codes = origin.beside->fixed().codes;
  for (std::size_t i = 0; i < codes.size(); ++i) place.code(i) = codes[i];
}

}  // namespace forecart::lstm
