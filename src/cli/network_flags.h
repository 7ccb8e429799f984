#pragma once

#include "pipeline/model_choice.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string>

namespace forecart {

/// The help group of the flags below.
inline constexpr const char* kNetworkGroup = "Networks";

/// Flags of LSTM and MLP, alone or within AutoSelect and Ensemble.
struct NetworkFlags {
  std::string head = "auto";
  std::string time_budget;
  std::string kernel;
  std::filesystem::path checkpoints;
  bool warm_start = false;
  lstm::NetworkOptions options;   ///< what the other flags give
  CLI::Option* units = nullptr;   ///< tells whether --units was given
  CLI::Option* direct = nullptr;  ///< and --direct-steps

  void add_to(CLI::App& command);
  /// Of commands that fit more than once.
  void add_refit_flags(CLI::App& command);
  /// Throws Error unknown_name or invalid_value.
  void apply_to(ModelChoice& choice) const;
};

}  // namespace forecart
