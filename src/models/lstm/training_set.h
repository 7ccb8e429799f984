#pragma once

#include "base/random.h"
#include "models/lstm/windows.h"
#include "series/panel.h"

#include <string_view>
#include <vector>

namespace forecart::lstm {

/// A series to learn from.
struct Subject {
  std::string_view id;
  Bucket first = 0;
  Track track;
  double scale = 1;  ///< mean size of its seasonal steps: the unit of scaled errors
  CovariateTrack beside{};
};

/// A position in one of the subjects.
struct SubjectOrigin {
  std::size_t subject = 0;
  Eigen::Index end = 0;

  Origin in(const std::vector<Subject>& subjects) const {
    const Subject& own = subjects[subject];
    return {&own.track, own.first, end, &own.beside};
  }
};

/// Where windows may be drawn and where they are held out. Held-out origins of a series lie
/// `stride` apart, the last one a horizon before its end; nothing behind the first of them is
/// learnt from.
struct HeldOut {
  Eigen::Index origins = 0;
  Eigen::Index stride = 1;
  Eigen::Index horizon = 1;

  /// Values at the end of a series that are not learnt from.
  Eigen::Index values() const { return origins == 0 ? 0 : horizon + (origins - 1) * stride; }
};

/// Draws origins: every series as often as another, recent ones more often than old ones. Those of
/// series that leave none are never drawn.
class OriginSampler {
 public:
  /// Whole horizons lie before the last `held_out` values of each series.
  OriginSampler(const std::vector<Subject>& subjects, const WindowPlan& plan,
                Eigen::Index held_out);

  bool empty() const { return ranges_.empty(); }
  /// Number of different origins.
  std::int64_t size() const;
  SubjectOrigin draw(Generator& generator) const;

 private:
  struct Range {
    std::size_t subject;
    Eigen::Index from;
    Eigen::Index to;
  };
  std::vector<Range> ranges_;
};

/// As many origins as asked for at most, evenly taken.
std::vector<SubjectOrigin> thinned(const std::vector<SubjectOrigin>& origins, std::size_t most);

/// Mean size of the seasonal steps before `end`; never zero.
double usable_scale(const Track& track, Eigen::Index end);

/// At least a horizon of each series and enough origins to tell errors from, of a fifth of the
/// longest series at most.
HeldOut held_out_of(const std::vector<Subject>& subjects, const WindowPlan& plan);

/// How much an error at an origin counts where absolute errors are trained on: relative and scaled
/// errors alike in logarithms, else scaled errors. Mean 1 over the origins it was made from.
class LossWeights {
 public:
  LossWeights(const WindowPlan& plan, const std::vector<Subject>& subjects,
              const std::vector<SubjectOrigin>& origins);

  double at(const Subject& subject, const Frame& frame) const;

 private:
  bool log_;
  double relative_unit_ = 0;
  double scaled_unit_ = 0;
};

}  // namespace forecart::lstm
