#pragma once

#include "pipeline/repository.h"
#include "pipeline/run.h"

#include <nlohmann/json_fwd.hpp>

#include <array>

namespace forecart {

/// Writes the results of all panels as csv, parquet and json; returns the hashes of the files and,
/// as `content`, of what they say: `{"forecasts": {"content":..,"csv":..,"parquet":..,"json":..}}`.
nlohmann::json write_run_tables(Repository& repository, const RunReport& report);

/// Tables of a proof that a run which goes on takes over; the backtest stays where it was made.
inline constexpr std::array kCarriedTables{"levels", "leaderboard"};

/// Tables that it reads, as JSON, to know which series to fit again.
inline constexpr std::array kRecalledTables{"ledger", "retraining"};

/// Whether it reads a table of the run before at all.
bool is_read_again(std::string_view table);

/// Takes over what an earlier run, of which this is the manifest, has proven, with the hashes.
void carry_over(Repository& repository, const RunReport& report, const nlohmann::json& earlier,
                nlohmann::json& hashes);

/// The stored states of all panels.
nlohmann::json states_of(const RunReport& report);

/// What the manifest says of the panels.
nlohmann::json describe_panels(const RunReport& report);

}  // namespace forecart
