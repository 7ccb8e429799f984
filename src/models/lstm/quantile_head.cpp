#include "models/lstm/quantile_head.h"

#include "models/lstm/head_graph.h"

#include <algorithm>
#include <cmath>

namespace forecart::lstm {

namespace {

constexpr std::size_t kCount = QuantileHead::kCount;
constexpr std::size_t kMedian = QuantileHead::kMedian;
constexpr auto& kProbabilities = QuantileHead::kProbabilities;

/// Share of the loss that the median has; the others share the rest.
constexpr double kMedianShare = 0.5;

double share_of(std::size_t i) {
  return i == kMedian ? kMedianShare : (1 - kMedianShare) / (kCount - 1);
}

/// Scale of the exponential tail beyond an outer quantile and its neighbour.
double tail_scale(double outer, double inner, double outer_share, double inner_share) {
  return std::abs(outer - inner) / std::log(inner_share / outer_share);
}

double upper_scale(const std::array<double, kCount>& q) {
  return tail_scale(q[kCount - 1], q[kCount - 2], 1 - kProbabilities[kCount - 1],
                    1 - kProbabilities[kCount - 2]);
}

double lower_scale(const std::array<double, kCount>& q) {
  return tail_scale(q[0], q[1], kProbabilities[0], kProbabilities[1]);
}

double inverse(const std::array<double, kCount>& q, double probability) {
  if (probability <= kProbabilities[0]) {
    return q[0] + lower_scale(q) * std::log(probability / kProbabilities[0]);
  }
  if (probability >= kProbabilities[kCount - 1]) {
    return q[kCount - 1] -
           upper_scale(q) * std::log((1 - probability) / (1 - kProbabilities[kCount - 1]));
  }
  std::size_t i = 1;
  while (kProbabilities[i] < probability) ++i;
  const double share =
      (probability - kProbabilities[i - 1]) / (kProbabilities[i] - kProbabilities[i - 1]);
  return q[i - 1] + share * (q[i] - q[i - 1]);
}

double forward(const std::array<double, kCount>& q, double x) {
  if (x <= q[0]) return kProbabilities[0] * std::exp((x - q[0]) / lower_scale(q));
  if (x >= q[kCount - 1]) {
    return 1 - (1 - kProbabilities[kCount - 1]) * std::exp(-(x - q[kCount - 1]) / upper_scale(q));
  }
  std::size_t i = 1;
  while (q[i] < x) ++i;
  const double share = (x - q[i - 1]) / (q[i] - q[i - 1]);
  return kProbabilities[i - 1] + share * (kProbabilities[i] - kProbabilities[i - 1]);
}

/// The quantiles where one part, the median or gap `part` - 1, is one and the others are zero.
std::array<double, kCount> quantiles_of_part(std::size_t part) {
  std::array<double, kCount> q{};
  if (part == 0) q.fill(1);
  for (std::size_t i = part; part > kMedian && i < kCount; ++i) q[i] = 1;
  for (std::size_t i = 0; part <= kMedian && i < part; ++i) q[i] = -1;
  return q;
}

}  // namespace

QuantileHead::QuantileHead(std::span<const double> gaps) {
  for (std::size_t i = 0; i < starts_.size(); ++i) {
    gaps_[i] = gaps[i];
    starts_[i] = inverse_softplus(gaps[i]);
  }
}

QuantileHead::Quantiles QuantileHead::quantiles(const StepSite& site,
                                                std::span<const float> numbers) const {
  Quantiles q;
  q[kMedian] = site.frame.normal(site.base) + numbers[0];
  for (std::size_t i = kMedian; i-- > 0;) {
    q[i] = q[i + 1] - softplus(starts_[i] + numbers[i + 1]);
  }
  for (std::size_t i = kMedian; i + 1 < kCount; ++i) {
    q[i + 1] = q[i] + softplus(starts_[i] + numbers[i + 1]);
  }
  return q;
}

double QuantileHead::loss(const StepSite& site, const StepTruth& truth,
                          std::span<const float> numbers, std::span<float> gradient) const {
  const Quantiles q = quantiles(site, numbers);
  const double x = site.frame.normal(site.measure.working(truth.y));
  double loss = 0;
  std::array<double, kCount> slope;
  for (std::size_t i = 0; i < kCount; ++i) {
    const double weight = truth.weight * share_of(i);
    const double share = x < q[i] ? kProbabilities[i] - 1 : kProbabilities[i];
    loss += 2 * weight * share * (x - q[i]);
    slope[i] = -2 * weight * share;
  }
  double sum = 0;
  for (std::size_t i = 0; i < kMedian; ++i) {
    sum += slope[i];
    gradient[i + 1] = static_cast<float>(-sum * logistic(starts_[i] + numbers[i + 1]));
  }
  double above = 0;
  for (std::size_t i = kCount - 1; i > kMedian; --i) {
    above += slope[i];
    gradient[i] = static_cast<float>(above * logistic(starts_[i - 1] + numbers[i]));
  }
  gradient[0] = static_cast<float>(sum + above + slope[kMedian]);
  return loss;
}

double QuantileHead::point(const StepSite& site, std::span<const float> numbers) const {
  const double median = site.frame.normal(site.base) + numbers[0];
  return site.measure.value(site.frame.working(median));
}

double QuantileHead::quantile(const StepSite& site, std::span<const float> numbers,
                              double probability) const {
  const double x = inverse(quantiles(site, numbers), probability);
  return site.measure.value(site.frame.working(x));
}

double QuantileHead::at_most(const StepSite& site, std::span<const float> numbers, double y) const {
  return forward(quantiles(site, numbers), site.frame.normal(site.measure.working(y)));
}

/// Quantiles are sums of the median and the gaps, at any probability.
void QuantileHead::write(HeadGraph& graph) const {
  net::OnnxGraph& out = graph.graph();
  const std::string median = out.add("Add", {graph.normal_base(), graph.number(0)});
  graph.point(graph.values(median));
  const std::string starts =
      out.constant("gap_starts", {kCount - 1}, std::span<const double>(starts_));
  net::OnnxSizes which;
  for (std::int64_t i = 1; i < std::int64_t{kCount}; ++i) which.push_back(i);
  const std::string gaps = graph.softplus(out.add("Add", {graph.numbers(which), starts}));
  const std::string parts =
      out.add("Concat", {out.add("Unsqueeze", {median, out.wholes({2})}), gaps}, {{"axis", 2}});
  graph.quantiles(parts, kCount, [](double probability) {
    std::vector<double> weights;
    for (std::size_t part = 0; part < kCount; ++part) {
      weights.push_back(inverse(quantiles_of_part(part), probability));
    }
    return weights;
  });
}

std::vector<double> QuantileHead::settings() const {
  return {gaps_.begin(), gaps_.end()};
}

}  // namespace forecart::lstm
