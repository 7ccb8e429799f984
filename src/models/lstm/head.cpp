#include "models/lstm/head.h"

#include "base/error.h"
#include "models/lstm/count_heads.h"
#include "models/lstm/location_heads.h"
#include "models/lstm/quantile_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace forecart::lstm {

namespace {

constexpr std::array kKinds{HeadKind::quantiles, HeadKind::gaussian, HeadKind::student,
                            HeadKind::negative_binomial, HeadKind::poisson};
/// Least distance of neighbouring quantiles and least scale at the start, in normal units.
constexpr double kLeastGap = 0.01;

/// Type-7 quantile [HyndmanFan1996]; 0 of nothing.
double sorted_quantile(std::span<const double> sorted, double probability) {
  if (sorted.empty()) return 0;
  const double at = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::vector<double> gaps_of(const BaseErrors& errors) {
  std::vector<double> gaps;
  for (std::size_t i = 0; i + 1 < QuantileHead::kCount; ++i) {
    const auto& p = QuantileHead::kProbabilities;
    gaps.push_back(std::max(kLeastGap, sorted_quantile(errors.normal, p[i + 1]) -
                                           sorted_quantile(errors.normal, p[i])));
  }
  return gaps;
}

double spread_of(const BaseErrors& errors) {
  constexpr double kNormalRange = 2.563;  // between the quantiles at .1 and .9
  const double range = sorted_quantile(errors.normal, 0.9) - sorted_quantile(errors.normal, 0.1);
  return std::max(kLeastGap, range / kNormalRange);
}

}  // namespace

double softplus(double x) {
  return x > 30 ? x : std::log1p(std::exp(x));
}

double inverse_softplus(double y) {
  return y > 30 ? y : std::log(std::expm1(y));
}

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

double point_of(const Head& head, const StepSite& site, std::span<const float> numbers) {
  return site.frame.usable() ? head.point(site, numbers) : 0;
}

const char* name_of(HeadKind kind) {
  switch (kind) {
    case HeadKind::gaussian:
      return "gaussian";
    case HeadKind::student:
      return "student";
    case HeadKind::negative_binomial:
      return "negative-binomial";
    case HeadKind::poisson:
      return "poisson";
    case HeadKind::quantiles:
      break;
  }
  return "quantiles";
}

std::optional<HeadKind> parse_head(std::string_view text) {
  if (text == "auto") return std::nullopt;
  std::string names = "auto";
  for (const HeadKind kind : kKinds) {
    if (text == name_of(kind)) return kind;
    names += fmt::format(", {}", name_of(kind));
  }
  throw Error(ErrorCode::unknown_name,
              fmt::format("head '{}' is not known; use one of {}", text, names));
}

HeadPtr make_head(HeadKind kind, const BaseErrors& errors) {
  switch (kind) {
    case HeadKind::gaussian:
      return make_gaussian_head(spread_of(errors));
    case HeadKind::student:
      return make_student_head(spread_of(errors));
    case HeadKind::negative_binomial:
      return make_negative_binomial_head(errors.relative_variance);
    case HeadKind::poisson:
      return make_poisson_head();
    case HeadKind::quantiles:
      break;
  }
  return std::make_shared<QuantileHead>(gaps_of(errors));
}

HeadPtr load_head(HeadKind kind, std::span<const double> settings) {
  const bool positive =
      std::all_of(settings.begin(), settings.end(), [](double x) { return x > 0 && x < 1e9; });
  const std::size_t expected = kind == HeadKind::quantiles ? QuantileHead::kCount - 1
                               : kind == HeadKind::poisson ? 0
                                                           : 1;
  if (!positive || settings.size() != expected) {
    throw Error(ErrorCode::bad_data, "the saved state of a network is damaged at: head");
  }
  if (kind == HeadKind::quantiles) return std::make_shared<QuantileHead>(settings);
  if (kind == HeadKind::gaussian) return make_gaussian_head(settings.front());
  if (kind == HeadKind::student) return make_student_head(settings.front());
  if (kind == HeadKind::poisson) return make_poisson_head();
  return make_negative_binomial_head(settings.front());
}

}  // namespace forecart::lstm
