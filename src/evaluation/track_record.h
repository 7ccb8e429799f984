#pragma once

#include "evaluation/selection.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

namespace forecart {

/// What the members of a combination lost on the earlier origins of one series. What comes in parts
/// shorter than an origin is collected until it makes one.
class TrackRecord {
 public:
  /// Nothing known of so many members; `origin` steps make an origin, >= 1.
  TrackRecord(Eigen::Index members, Eigen::Index origin);

  /// Goes on from what trials have shown, of as many members.
  TrackRecord(SeriesTrial trial, Eigen::Index origin);

  /// Errors (steps, members) that followed one another; NaN where nothing is known.
  void add(const Eigen::MatrixXd& errors);

  /// As combinations weigh it; products are there once an origin is, if `trial` brought them or
  /// nothing was known.
  const SeriesTrial& trial() const { return trial_; }
  Eigen::Index origin() const { return origin_; }

  nlohmann::json save() const;
  /// Reads what save() wrote, of so many members. Throws Error or nlohmann's exception.
  static TrackRecord load(const nlohmann::json& state, Eigen::Index members);

 private:
  void close_origin();

  SeriesTrial trial_;
  Eigen::Index origin_;
  double moments_ = 0;        // origins that the products stand for
  Eigen::VectorXd losses_;    // (members) sums over the origin that is open
  Eigen::MatrixXd products_;  // (members, members) likewise
  Eigen::Index points_ = 0;   // of them
};

}  // namespace forecart
