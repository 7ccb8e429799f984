#pragma once

#include "evaluation/backtest.h"
#include "table/table.h"

#include <string>
#include <vector>

namespace forecart {

/// A table for people: aligned columns, numbers to the right with at most `digits` significant
/// digits, missing as "-".
std::string text_table(const Table& table, int digits = 5);

/// The table with unique_id as people write it: "city=Port Ansel" of "city=Port%20Ansel".
Table readable(const Table& table);

/// The text, or its beginning and "..." where it takes more than `width` columns.
std::string shortened(const std::string& text, std::size_t width);

/// The leaderboard for people: best model first, how far the others are behind it, which of them
/// may be so by chance, and the metrics that decide; all of them are in --json.
std::string leaderboard_text(const std::vector<ModelBacktest>& results,
                             const BacktestOptions& options);

/// 1234567 as "1,234,567".
std::string grouped(std::int64_t number);

}  // namespace forecart
