#pragma once

#include "models/model.h"

#include <set>
#include <string>
#include <vector>

namespace forecart {

/// The same model, which forecasts after_the_end for series that have ended: silent for longer than
/// their own selling explains (SalesRhythm::has_ended at the horizon of the fit). Their means are
/// zero for as long as the silence, their quantiles tell the chance that they come back, their
/// ledger rows when they last sold and how unlikely the silence is; one that sells again is
/// forecast by the model again. The saved state is that of `model` with the rhythm of every series
/// beside it.
ModelPtr with_endings(ModelPtr model);

/// Collects for people which series of models, fitted to the same panel, have ended.
class Endings {
 public:
  void add(const Fitted& fitted);
  /// How many and when they last sold, a few of them by name; empty where none has.
  std::string note() const;

 private:
  std::set<std::string> ended_;
  std::string named_;
};

/// The note of these models.
std::string note_of_endings(const std::vector<const Fitted*>& models);

}  // namespace forecart
