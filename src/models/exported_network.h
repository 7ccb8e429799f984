#pragma once

#include "series/covariates.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>

namespace forecart {

/// How a network is exported.
struct ExportRequest {
  std::string version;         ///< of the program
  Covariates future{};         ///< over the horizon, as for Fitted::forecast
  std::size_t most_shown = 8;  ///< series in the example
};

/// A fitted network as other programs can run it (docs/formats/onnx.md).
struct ExportedNetwork {
  std::string onnx;        ///< the model file
  nlohmann::json ports;    ///< its inputs and outputs: name, type, sizes and what they mean
  nlohmann::json example;  ///< what it reads at the ends of some series, and what it then says
};

}  // namespace forecart
