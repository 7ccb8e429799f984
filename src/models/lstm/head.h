#pragma once

#include "models/lstm/window_plan.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace forecart::lstm {

/// A step ahead as its origin sees it.
struct StepSite {
  Measure measure;
  Frame frame;
  double base = 0;  ///< base forecast, in working units
};

/// What came at a step, and how much it counts.
struct StepTruth {
  double y = 0;
  double weight = 1;
};

class HeadGraph;

/// What the outputs of a network mean: turns the numbers of one step into the loss they are trained
/// on and the distribution they stand for. All numbers at zero stand for the base forecast with its
/// usual errors. Immutable.
class Head {
 public:
  virtual ~Head() = default;
  virtual std::string name() const = 0;

  /// Numbers per step.
  virtual std::size_t per_step() const = 0;

  /// The loss of one step; writes its derivatives by the numbers to `gradient`.
  virtual double loss(const StepSite& site, const StepTruth& truth, std::span<const float> numbers,
                      std::span<float> gradient) const = 0;

  /// The point forecast, as trained: the median where absolute errors are, else the mean.
  virtual double point(const StepSite& site, std::span<const float> numbers) const = 0;
  /// Quantile at probability in (0, 1), non-decreasing in it.
  virtual double quantile(const StepSite& site, std::span<const float> numbers,
                          double probability) const = 0;
  /// The same as an end of an interval, which lies between whole numbers where counts are told.
  virtual double interval_end(const StepSite& site, std::span<const float> numbers,
                              double probability) const {
    return quantile(site, numbers, probability);
  }
  /// P(Y <= y), and P(Y < y), which differ where counts are told.
  virtual double at_most(const StepSite& site, std::span<const float> numbers, double y) const = 0;
  virtual double below(const StepSite& site, std::span<const float> numbers, double y) const {
    return at_most(site, numbers, y);
  }

  /// Adds to an exported network what its numbers stand for: the point forecast, and what else can
  /// be told by operators of ONNX.
  virtual void write(HeadGraph& graph) const = 0;

  /// What a start() with these numbers gave, for saved states.
  virtual std::vector<double> settings() const = 0;
};

/// The point forecast of a step, zero where its frame is not usable.
double point_of(const Head& head, const StepSite& site, std::span<const float> numbers);

using HeadPtr = std::shared_ptr<const Head>;

enum class HeadKind : std::uint8_t { quantiles, gaussian, student, negative_binomial, poisson };

const char* name_of(HeadKind kind);
/// Throws Error unknown_name with the list; nothing for "auto".
std::optional<HeadKind> parse_head(std::string_view text);

/// What the base forecast missed by at some steps, sorted: in normal units, or as relative
/// variance.
struct BaseErrors {
  std::vector<double> normal;    ///< normal value minus normal base, ascending
  double relative_variance = 1;  ///< of y about the base beyond Poisson's, over its square
};

/// A head that starts from these errors.
HeadPtr make_head(HeadKind kind, const BaseErrors& errors);
/// A head as saved. Throws Error bad_data.
HeadPtr load_head(HeadKind kind, std::span<const double> settings);

/// log(1 + exp(x)), its inverse and its derivative.
double softplus(double x);
double inverse_softplus(double y);
double logistic(double x);

}  // namespace forecart::lstm
