#include "models/lstm/count_heads.h"

#include "math/count.h"
#include "math/log_gamma.h"
#include "math/student_t.h"
#include "models/lstm/head_graph.h"

#include <algorithm>
#include <cmath>

namespace forecart::lstm {

namespace {

constexpr double kLeastBase = 0.01;  // of the unit
constexpr double kLeastDispersion = 1e-6;

double start_of(const StepSite& site) {
  return std::max(site.base, kLeastBase * site.frame.unit);
}

/// tanh keeps the first number in its range without a corner.
double bounded(double number) {
  return kReach * std::tanh(number / kReach);
}

double bounded_slope(double number) {
  const double t = std::tanh(number / kReach);
  return 1 - t * t;
}

class CountHead : public Head {
 public:
  double point(const StepSite& site, std::span<const float> numbers) const override {
    return mean(site, numbers);
  }
  double quantile(const StepSite& site, std::span<const float> numbers,
                  double probability) const override {
    const double m = mean(site, numbers);
    return count_quantile(probability, m, variance(m, numbers));
  }
  double interval_end(const StepSite& site, std::span<const float> numbers,
                      double probability) const override {
    const double m = mean(site, numbers);
    return smooth_count_quantile(probability, m, variance(m, numbers));
  }
  double at_most(const StepSite& site, std::span<const float> numbers, double y) const override {
    double sum = 0;
    const double m = mean(site, numbers);
    const double v = variance(m, numbers);
    if (y < 0) return 0;
    if (m > kManyCounts) return smooth_at_most(m, v, y);
    constexpr double kAll = 1 - 1e-12;
    for (double k = 0; k <= y && sum < kAll; ++k) sum += std::exp(count_log_probability(k, m, v));
    return std::min(sum, 1.0);
  }
  double below(const StepSite& site, std::span<const float> numbers, double y) const override {
    return at_most(site, numbers, std::ceil(y) - 1);
  }
  void write(HeadGraph& graph) const override {
    net::OnnxGraph& out = graph.graph();
    const std::string least = out.add("Mul", {graph.unit(), out.number(kLeastBase)});
    const std::string drawn =
        out.add("Tanh", {out.add("Div", {graph.number(0), out.number(kReach)})});
    const std::string change = out.add("Exp", {out.add("Mul", {drawn, out.number(kReach)})});
    graph.point(out.add("Mul", {out.add("Max", {graph.base(), least}), change}));
  }

 protected:
  static double mean(const StepSite& site, std::span<const float> numbers) {
    return start_of(site) * std::exp(bounded(numbers[0]));
  }

 private:
  /// Beyond it the probabilities are not summed up one by one.
  static constexpr double kManyCounts = 200;

  virtual double variance(double mean, std::span<const float> numbers) const = 0;

  /// By bisection of the quantile function.
  static double smooth_at_most(double mean, double variance, double y) {
    double low = 1e-9;
    double high = 1 - 1e-9;
    for (int i = 0; i < 40; ++i) {
      const double middle = (low + high) / 2;
      (count_quantile(middle, mean, variance) <= y ? low : high) = middle;
    }
    return (low + high) / 2;
  }
};

class PoissonHead final : public CountHead {
 public:
  std::string name() const override { return "poisson"; }
  std::size_t per_step() const override { return 1; }
  double loss(const StepSite& site, const StepTruth& truth, std::span<const float> numbers,
              std::span<float> gradient) const override {
    const double m = mean(site, numbers);
    gradient[0] = static_cast<float>(truth.weight * (m - truth.y) * bounded_slope(numbers[0]));
    return truth.weight * (m - truth.y * std::log(m) + log_gamma(truth.y + 1));
  }
  std::vector<double> settings() const override { return {}; }

 private:
  double variance(double mean, std::span<const float>) const override { return mean; }
};

class NegativeBinomialHead final : public CountHead {
 public:
  explicit NegativeBinomialHead(double dispersion)
      : dispersion_(std::max(dispersion, 2 * kLeastDispersion)),
        start_(inverse_softplus(dispersion_)) {}

  std::string name() const override { return "negative binomial"; }
  std::size_t per_step() const override { return 2; }

  /// -log P with r = 1 / a: lgamma(r) + lgamma(y + 1) - lgamma(y + r) + (r + y) log(1 + a m)
  /// - y log(a m).
  double loss(const StepSite& site, const StepTruth& truth, std::span<const float> numbers,
              std::span<float> gradient) const override {
    const double m = mean(site, numbers);
    const double a = dispersion(numbers);
    const double r = 1 / a;
    const double y = truth.y;
    const double by_log_mean = (m - y) / (1 + a * m);
    const double by_r = digamma(r) - digamma(y + r) + std::log1p(a * m) - (m - y) / (m + r);
    gradient[0] = static_cast<float>(truth.weight * by_log_mean * bounded_slope(numbers[0]));
    gradient[1] = static_cast<float>(-truth.weight * by_r * r * r * logistic(start_ + numbers[1]));
    return truth.weight * (log_gamma(r) + log_gamma(y + 1) - log_gamma(y + r) +
                           (r + y) * std::log1p(a * m) - y * std::log(a * m));
  }
  std::vector<double> settings() const override { return {dispersion_}; }
  void write(HeadGraph& graph) const override {
    CountHead::write(graph);
    net::OnnxGraph& out = graph.graph();
    const std::string a = graph.softplus(out.add("Add", {graph.number(1), out.number(start_)}));
    graph.give("dispersion", "a: the variance of a step is m + a m^2 at a mean of m",
               out.add("Add", {a, out.number(kLeastDispersion)}));
  }

 private:
  double dispersion(std::span<const float> numbers) const {
    return kLeastDispersion + softplus(start_ + numbers[1]);
  }
  double variance(double mean, std::span<const float> numbers) const override {
    return mean + dispersion(numbers) * mean * mean;
  }

  double dispersion_;
  double start_;
};

}  // namespace

HeadPtr make_poisson_head() {
  return std::make_shared<PoissonHead>();
}

HeadPtr make_negative_binomial_head(double dispersion) {
  return std::make_shared<NegativeBinomialHead>(dispersion);
}

}  // namespace forecart::lstm
