#include "models/lstm/location_heads.h"

#include "math/log_gamma.h"
#include "math/normal.h"
#include "math/student_t.h"
#include "models/lstm/head_graph.h"

#include <cmath>
#include <numbers>

namespace forecart::lstm {

namespace {

constexpr double kLeastScale = 1e-4;
/// Degrees of freedom of t at the start, above the two that its variance needs.
constexpr double kStartDegrees = 4;

/// Location and scale in normal units.
struct Place {
  double location = 0;
  double scale = 1;
};

class LocationHead : public Head {
 public:
  explicit LocationHead(double scale) : scale_(scale), start_(inverse_softplus(scale)) {}

  double point(const StepSite& site, std::span<const float> numbers) const override {
    return site.measure.value(site.frame.working(place(site, numbers).location));
  }
  double quantile(const StepSite& site, std::span<const float> numbers,
                  double probability) const override {
    const Place at = place(site, numbers);
    const double x = at.location + at.scale * standard_quantile(numbers, probability);
    return site.measure.value(site.frame.working(x));
  }
  double at_most(const StepSite& site, std::span<const float> numbers, double y) const override {
    return standard_cdf(numbers, distance(site, numbers, y));
  }
  std::vector<double> settings() const override { return {scale_}; }
  void write(HeadGraph& graph) const override {
    net::OnnxGraph& out = graph.graph();
    const std::string location = out.add("Add", {graph.normal_base(), graph.number(0)});
    const std::string spread =
        graph.softplus(out.add("Add", {graph.number(1), out.number(start_)}));
    const std::string scale = out.add("Add", {spread, out.number(kLeastScale)});
    graph.point(graph.values(location));
    graph.give("location", "location of each step ahead, in normal units", location);
    graph.give("scale", "scale of each step ahead, in normal units", scale);
    write_shape(graph, location, scale);
  }

 protected:
  Place place(const StepSite& site, std::span<const float> numbers) const {
    return {site.frame.normal(site.base) + numbers[0], kLeastScale + softplus(start_ + numbers[1])};
  }
  /// (x - location) / scale.
  double distance(const StepSite& site, std::span<const float> numbers, double y) const {
    const Place at = place(site, numbers);
    return (site.frame.normal(site.measure.working(y)) - at.location) / at.scale;
  }
  /// d scale / d second number.
  double scale_slope(std::span<const float> numbers) const { return logistic(start_ + numbers[1]); }

 private:
  /// What else the distribution of a step is made of.
  virtual void write_shape(HeadGraph& graph, const std::string& location,
                           const std::string& scale) const = 0;
  virtual double standard_quantile(std::span<const float> numbers, double probability) const = 0;
  virtual double standard_cdf(std::span<const float> numbers, double x) const = 0;

  double scale_;
  double start_;
};

class GaussianHead final : public LocationHead {
 public:
  using LocationHead::LocationHead;
  std::string name() const override { return "gaussian"; }
  std::size_t per_step() const override { return 2; }

  double loss(const StepSite& site, const StepTruth& truth, std::span<const float> numbers,
              std::span<float> gradient) const override {
    const double scale = place(site, numbers).scale;
    const double z = distance(site, numbers, truth.y);
    gradient[0] = static_cast<float>(-truth.weight * z / scale);
    gradient[1] = static_cast<float>(truth.weight * (1 - z * z) / scale * scale_slope(numbers));
    return truth.weight * (z * z / 2 + std::log(scale));
  }

 private:
  void write_shape(HeadGraph& graph, const std::string& location,
                   const std::string& scale) const override {
    net::OnnxGraph& out = graph.graph();
    const auto column = [&](const std::string& value) {
      return out.add("Unsqueeze", {value, out.wholes({2})});
    };
    graph.quantiles(out.add("Concat", {column(location), column(scale)}, {{"axis", 2}}), 2,
                    [](double probability) {
                      return std::vector<double>{1, normal_quantile(probability)};
                    });
  }
  double standard_quantile(std::span<const float>, double probability) const override {
    return normal_quantile(probability);
  }
  double standard_cdf(std::span<const float>, double x) const override { return normal_cdf(x); }
};

class StudentHead final : public LocationHead {
 public:
  using LocationHead::LocationHead;
  std::string name() const override { return "student"; }
  std::size_t per_step() const override { return 3; }

  /// -log density: ((v + 1) / 2) log(1 + z^2 / v) + log s - lgamma((v + 1) / 2) + lgamma(v / 2)
  /// + log(v pi) / 2.
  double loss(const StepSite& site, const StepTruth& truth, std::span<const float> numbers,
              std::span<float> gradient) const override {
    const double scale = place(site, numbers).scale;
    const double z = distance(site, numbers, truth.y);
    const double v = degrees(numbers);
    const double spread = 1 + z * z / v;
    const double by_z = (v + 1) * z / (v * spread);
    const double by_v = 0.5 * std::log(spread) - 0.5 * (v + 1) * z * z / (v * v * spread) -
                        0.5 * digamma((v + 1) / 2) + 0.5 * digamma(v / 2) + 0.5 / v;
    gradient[0] = static_cast<float>(-truth.weight * by_z / scale);
    gradient[1] = static_cast<float>(truth.weight * (1 - by_z * z) / scale * scale_slope(numbers));
    gradient[2] = static_cast<float>(truth.weight * by_v * logistic(degrees_start() + numbers[2]));
    return truth.weight *
           (0.5 * (v + 1) * std::log(spread) + std::log(scale) - log_gamma((v + 1) / 2) +
            log_gamma(v / 2) + 0.5 * std::log(v * std::numbers::pi));
  }

 private:
  void write_shape(HeadGraph& graph, const std::string&, const std::string&) const override {
    net::OnnxGraph& out = graph.graph();
    const std::string above =
        graph.softplus(out.add("Add", {graph.number(2), out.number(degrees_start())}));
    graph.give("degrees", "degrees of freedom of Student's t",
               out.add("Add", {above, out.number(2)}));
  }
  static double degrees_start() {
    static const double start = inverse_softplus(kStartDegrees);
    return start;
  }
  static double degrees(std::span<const float> numbers) {
    return 2 + softplus(degrees_start() + numbers[2]);
  }
  double standard_quantile(std::span<const float> numbers, double probability) const override {
    return student_quantile(probability, degrees(numbers));
  }
  double standard_cdf(std::span<const float> numbers, double x) const override {
    return student_cdf(x, degrees(numbers));
  }
};

}  // namespace

HeadPtr make_gaussian_head(double scale) {
  return std::make_shared<GaussianHead>(scale);
}

HeadPtr make_student_head(double scale) {
  return std::make_shared<StudentHead>(scale);
}

}  // namespace forecart::lstm
