#include "models/sarima/fourier.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

namespace forecart {
namespace {

/// A faster wave looks like a slower one.
constexpr double kShortestPeriod = 2;
constexpr double kLongestPeriod = 1e9;
/// Frequencies closer than this share of themselves are one.
constexpr double kSameFrequency = 1e-9;

/// Reads all of `text`; false where it is no such number.
template <class Number>
bool read_number(std::string_view text, Number& into) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, into);
  return error == std::errc() && stop == end;
}

}  // namespace

FourierPeriod FourierPeriod::parse(std::string_view text) {
  FourierPeriod result;
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view pairs = text.substr(std::min(colon + 1, text.size()));
  if (!read_number(text.substr(0, colon), result.period) || !read_number(pairs, result.pairs)) {
    throw Error(
        ErrorCode::invalid_value,
        fmt::format("Fourier terms '{}' are not written as PERIOD:PAIRS, such as 168:3", text));
  }
  result.validate();
  return result;
}

void FourierPeriod::validate() const {
  if (!(period >= kShortestPeriod && period <= kLongestPeriod)) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("Fourier terms {} have the period {}; use one from {} to {}", format(),
                            period, kShortestPeriod, kLongestPeriod));
  }
  if (pairs < 1 || 2.0 * pairs > period) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("Fourier terms {} have {} pairs; use from 1 to {} of that period",
                            format(), pairs, std::floor(period / 2)));
  }
}

std::string FourierPeriod::format() const {
  return fmt::format("{}:{}", period, pairs);
}

namespace sarima {

double Wave::at(Bucket bucket) const {
  const double turned = std::fmod(static_cast<double>(bucket) * harmonic, period);
  const double angle = 2 * std::numbers::pi * turned / period;
  return sine ? std::sin(angle) : std::cos(angle);
}

std::string Wave::name() const {
  return fmt::format("{}{}-{}", sine ? "S" : "C", harmonic, period);
}

std::vector<Wave> waves_of(const std::vector<FourierPeriod>& periods) {
  std::vector<Wave> waves;
  std::vector<double> seen;
  for (const FourierPeriod& wanted : periods) {
    for (int harmonic = 1; harmonic <= wanted.pairs; ++harmonic) {
      const double frequency = harmonic / wanted.period;
      const bool known = std::any_of(seen.begin(), seen.end(), [&](double other) {
        return std::abs(other - frequency) <= kSameFrequency * frequency;
      });
      if (known) continue;
      seen.push_back(frequency);
      const bool nyquist = std::abs(frequency - 0.5) <= kSameFrequency;
      if (!nyquist) waves.push_back({wanted.period, harmonic, true});
      waves.push_back({wanted.period, harmonic, false});
    }
  }
  return waves;
}

}  // namespace sarima
}  // namespace forecart
