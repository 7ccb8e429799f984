#pragma once

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

namespace forecart::theta {

/// Which of the theta methods; see docs/models/smoothing.md sec. 6. `simple` and `naive` are M4's
/// benchmarks SES and Naive2: no line, and the smoothing fitted or 1 [Makridakis2020].
enum class Method { classic, optimized, dynamic, dynamic_optimized, simple, naive };

inline constexpr Method kMethods[] = {Method::classic,           Method::optimized, Method::dynamic,
                                      Method::dynamic_optimized, Method::simple,    Method::naive};

/// "Theta", "OptimizedTheta", "DynamicTheta", "DynamicOptimizedTheta", "SES" or "Naive2".
const char* name_of(Method method);

/// Whether it has no line at all.
inline bool is_level_only(Method method) {
  return method == Method::simple || method == Method::naive;
}

/// A line by time, intercept + slope t for value t = 1, 2, ...
struct Line {
  double intercept = 0;
  double slope = 0;
};

struct Parameters {
  double alpha = 0.5;
  double level = 0;     ///< before the first value
  double weight = 0.5;  ///< of the line, 1 - 1 / theta
  Line line{};          ///< of the methods that are not dynamic
};

/// Whether the line follows the values instead of being that of the whole sample.
inline bool is_dynamic(Method method) {
  return method == Method::dynamic || method == Method::dynamic_optimized;
}

/// Level and line of a theta method after the last value [FiorucciEtAl2016 sec. 3]. Linear in
/// its values: the effect of one is that of a state that starts at zero.
class State {
 public:
  State(Method method, const Parameters& parameters);

  /// What the line adds to the level at the next value, before its weight.
  double line() const;
  double expected() const { return level_ + parameters_.weight * line(); }
  /// Moves on; NaN is missing and taken for what was expected.
  void step(double y);

  /// A state as this one, that has seen as many values, all of them zero.
  State at_zero() const;

  double level() const { return level_; }
  /// The line as it is now.
  Line current_line() const { return line_; }
  Eigen::Index seen() const { return seen_; }

  nlohmann::json save() const;
  /// Throws Error bad_data or nlohmann's exception for what save did not write.
  void load(const nlohmann::json& state);

 private:
  void follow(double y);

  Method method_;
  Parameters parameters_;
  double level_;
  double mean_ = 0;   // of the values seen
  double power_ = 1;  // (1 - alpha)^seen
  Line line_;
  Eigen::Index seen_ = 0;
};

}  // namespace forecart::theta
