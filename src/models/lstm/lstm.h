#pragma once

#include "models/series_model.h"

namespace forecart {

/// Settings of the LSTM of the study; defaults chosen on earlier origins (docs/models/lstm.md).
struct LstmOptions {
  int units = 50;               ///< hidden units of the one layer, 1 to 1024
  int window = 24;              ///< steps read before each forecast, 2 to 1024
  int season = 0;               ///< steps of a season; 0: the frequency's default
  int harmonics = 2;            ///< waves of the position in the season given as inputs, 0 to 12
  int batch = 32;               ///< windows per update, 1 to 4096
  int max_epochs = 12;          ///< passes over the training part at most, 1 to 10000
  int epoch_windows = 2000;     ///< least windows per epoch: short series are passed repeatedly
  int patience = 5;             ///< epochs without a better held-out loss before stopping
  double learning_rate = 3e-3;  ///< of Adam at the start; falls along half a cosine to 1 %
  double gradient_clip = 1;     ///< greatest norm of a mean gradient
  double average_decay = 0.99;  ///< of the running mean of the weights, in [0, 1); 0: none
  double held_out_share = 0.2;  ///< last share of the windows kept for stopping and intervals

  /// Throws Error invalid_value that names the field, its value and the range.
  void validate() const;
};

/// One layer of LSTM units [HochreiterSchmidhuber1997] with a dense head, one step ahead, fed back
/// for longer horizons; windows are scaled by the level of their own recent past. Needs three
/// windows of values that are not all the same. Same seed, options and kernel give the same bytes.
/// Throws Error invalid_value for options out of range.
SeriesModelPtr make_lstm(const LstmOptions& options = {});

}  // namespace forecart
