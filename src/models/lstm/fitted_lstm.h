#pragma once

#include "models/lstm/aligned.h"
#include "models/lstm/encoding.h"
#include "models/lstm/error_paths.h"
#include "models/series_model.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <vector>

namespace forecart::lstm {

/// How the fit went, for `explain`.
struct FitReport {
  int epochs = 0;
  int best_epoch = 0;
  double training_loss = 0;  ///< mean squared error in encoded units
  double held_out_loss = 0;
  std::size_t training_windows = 0;
  std::size_t held_out_windows = 0;
  std::string kernel;
};

/// Everything a fitted LSTM keeps: weights, frame, and as much of the past as it reads.
struct LstmState {
  NetworkShape shape;
  Encoding encoding;
  AlignedVector<float> parameters;
  ErrorPaths errors;
  std::vector<double> past;  ///< filled; the last max(level window, season) values
  Bucket end = 0;            ///< the bucket after the past
  FitReport report;
};

/// The state behind the FittedSeries interface; the calendar gives the season positions.
std::unique_ptr<FittedSeries> make_fitted_lstm(const Calendar& calendar, LstmState state);

/// Reads what `save` wrote. Throws Error bad_data if it is damaged.
std::unique_ptr<FittedSeries> load_fitted_lstm(const Calendar& calendar,
                                               const nlohmann::json& state);

}  // namespace forecart::lstm
