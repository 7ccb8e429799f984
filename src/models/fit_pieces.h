#pragma once

#include "models/model.h"

#include <string>
#include <unordered_map>

namespace forecart {

/// Fitted states of single series, or of models that learn from all series at once, as CBOR, by a
/// hash of what they were fitted to (name_of_piece).
using Pieces = std::unordered_map<std::string, std::string>;

/// Parts of fits that several machines share, each a share of the series or a model that learns
/// from all of them, and that a fit of everything takes from there in place of making them. A piece
/// is named by all that it is made from, so that one that is missing costs time and changes
/// nothing. Safe for several threads.
class FitPieces {
 public:
  virtual ~FitPieces() = default;

  /// What is there of a fit (name_of_fit). What is damaged is not there.
  virtual Pieces find(const std::string& fit) = 0;
  /// Offers what was fitted because it was not found, now and then while a fit goes on.
  virtual void keep(const std::string& fit, const Pieces& fitted) = 0;
  /// Whether a model that others are combined of is fitted at all: who fits a share of the series
  /// leaves out those that learn from all of them at once, and who fits one of these all others.
  virtual bool wants(const Model& model) const = 0;
};

/// Names the fits of one model, made by `recipe`, to series of one panel up to one time: the same
/// for all shares of it.
std::string name_of_fit(const std::string& recipe, const Panel& panel, const FitOptions& options);

/// Names one series of a fit, with what is known beside it where the model looks at that.
std::string name_of_piece(const SeriesView& series, const Covariates& beside);

}  // namespace forecart
