#include "models/smoothing/theta_state.h"

#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace forecart::theta {

using Eigen::Index;
using nlohmann::json;

const char* name_of(Method method) {
  switch (method) {
    case Method::classic:
      return "Theta";
    case Method::optimized:
      return "OptimizedTheta";
    case Method::dynamic:
      return "DynamicTheta";
    case Method::dynamic_optimized:
      return "DynamicOptimizedTheta";
    case Method::simple:
      return "SES";
    case Method::naive:
      return "Naive2";
  }
  return "";
}

State::State(Method method, const Parameters& parameters)
    : method_(method), parameters_(parameters), level_(parameters.level) {
  if (!is_dynamic(method)) line_ = parameters.line;
}

/// A (1 - alpha)^n + B (1 - (1 - alpha)^(n + 1)) / alpha after n values [FiorucciEtAl2016 sec. 3];
/// the classic method as [HyndmanBillah2003] has it, B (1 - (1 - alpha)^n) / alpha.
double State::line() const {
  const double alpha = parameters_.alpha;
  if (method_ == Method::classic) return line_.slope * (1 - power_) / alpha;
  return line_.intercept * power_ + line_.slope * (1 - (1 - alpha) * power_) / alpha;
}

void State::step(double y) {
  if (std::isnan(y)) y = expected();
  level_ += parameters_.alpha * (y - level_);
  if (is_dynamic(method_)) follow(y);
  power_ *= 1 - parameters_.alpha;
  ++seen_;
}

/// The least-squares line of the values so far, one value further [FiorucciEtAl2016 sec. 3].
void State::follow(double y) {
  const auto n = static_cast<double>(seen_ + 1);
  const double away = y - mean_;
  mean_ += away / n;
  if (seen_ == 0) {
    line_ = {y, 0};
    return;
  }
  line_.slope = ((n - 2) * line_.slope + 6 / n * away) / (n + 1);
  line_.intercept = mean_ - 0.5 * (n + 1) * line_.slope;
}

State State::at_zero() const {
  State zero = *this;
  zero.level_ = zero.mean_ = 0;
  zero.line_ = {};
  return zero;
}

json State::save() const {
  return {{"level", level_},      {"mean", mean_},   {"intercept", line_.intercept},
          {"slope", line_.slope}, {"power", power_}, {"seen", seen_}};
}

void State::load(const json& state) {
  level_ = state.at("level").get<double>();
  mean_ = state.at("mean").get<double>();
  line_ = {state.at("intercept").get<double>(), state.at("slope").get<double>()};
  seen_ = whole_number(state, "seen", 0, Index{1} << 53);
  power_ = state.at("power").get<double>();
}

}  // namespace forecart::theta
