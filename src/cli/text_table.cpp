#include "cli/text_table.h"

#include "base/series_id.h"
#include "pipeline/leaderboard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace forecart {

namespace {

/// Columns that a terminal needs for UTF-8 text, one per code point.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string cell(const Column& column, std::size_t row, int digits) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    const double value = (*numbers)[row];
    return std::isnan(value) ? "-" : fmt::format("{:.{}g}", value, digits);
  }
  std::string text = cell_text(column, row);
  return text.empty() ? "-" : text;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string blanks(width - width_of(text), ' ');
  return right ? blanks + text : text + blanks;
}

double number_at(const Table& table, const char* column, std::size_t row) {
  const auto& columns = table.columns();
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [column](const Column& one) { return one.name == column; });
  return std::get<std::vector<double>>(found->values)[row];
}

/// How sure it is that a row of the leaderboard is worse than the first.
enum class Verdict { worse, may_be_chance, too_few_origins };

Verdict verdict_on(const Table& leaderboard, std::size_t row) {
  if (std::isnan(number_at(leaderboard, "behind", row))) return Verdict::worse;  // the first
  const double low = number_at(leaderboard, "behind-lo-95", row);
  if (std::isnan(low)) return Verdict::too_few_origins;
  const bool holds_zero = low <= 0 && number_at(leaderboard, "behind-hi-95", row) >= 0;
  return holds_zero ? Verdict::may_be_chance : Verdict::worse;
}

const char* mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::worse:
      return "";
    case Verdict::may_be_chance:
      return "~ ";
    case Verdict::too_few_origins:
      return "? ";
  }
  return "";
}

/// What the marks mean that some row has.
std::string legend_of(const Table& leaderboard) {
  std::set<Verdict> verdicts;
  for (std::size_t row = 0; row < leaderboard.row_count(); ++row) {
    verdicts.insert(verdict_on(leaderboard, row));
  }
  std::string text;
  if (verdicts.contains(Verdict::may_be_chance)) {
    text += "~ may be chance: not told apart from the best at 95 %\n";
  }
  if (verdicts.contains(Verdict::too_few_origins)) {
    text += "? too few origins to tell whether the best is better by more than chance\n";
  }
  return text;
}

/// "~ 0.12 (-0.03 to 0.27)" or "? 0.12" per row, blank for the best.
std::vector<std::string> behind_text(const Table& leaderboard) {
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < leaderboard.row_count(); ++row) {
    const double behind = number_at(leaderboard, "behind", row);
    const double low = number_at(leaderboard, "behind-lo-95", row);
    std::string text;
    if (!std::isnan(behind)) {
      text = fmt::format("{}{:.3g}", mark_of(verdict_on(leaderboard, row)), behind);
      if (!std::isnan(low)) {
        text +=
            fmt::format(" ({:.3g} to {:.3g})", low, number_at(leaderboard, "behind-hi-95", row));
      }
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace

std::string text_table(const Table& table, int digits) {
  std::vector<std::string> lines(table.row_count() + 1);
  for (const Column& column : table.columns()) {
    std::vector<std::string> cells{column.name};
    for (std::size_t row = 0; row < column.size(); ++row)
      cells.push_back(cell(column, row, digits));
    std::size_t width = 0;
    for (const std::string& text : cells) width = std::max(width, width_of(text));
    const bool right = !std::holds_alternative<std::vector<std::string>>(column.values);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (!lines[i].empty()) lines[i] += "  ";
      lines[i] += padded(cells[i], width, right);
    }
  }
  std::string text;
  for (std::string& line : lines) {
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

Table readable(const Table& table) {
  Table result;
  for (Column column : table.columns()) {
    auto* const texts = std::get_if<std::vector<std::string>>(&column.values);
    if (column.name == "unique_id" && texts != nullptr) {
      for (std::string& id : *texts) id = readable_id(id);
    }
    result.add(std::move(column.name), std::move(column.values));
  }
  return result;
}

std::string shortened(const std::string& text, std::size_t width) {
  if (width_of(text) <= width) return text;
  std::size_t end = 0;
  for (std::size_t columns = 0; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (begins && ++columns > width - 3) break;
  }
  return text.substr(0, end) + "...";
}

std::string leaderboard_text(const std::vector<ModelBacktest>& results,
                             const BacktestOptions& options) {
  static constexpr std::array kShown{"model", "mae", "rmse", "smape", "mase", "owa", "bias"};
  const Table all = leaderboard_table(results, options);
  Table shown;
  for (const Column& column : all.columns()) {
    const bool named = std::find(kShown.begin(), kShown.end(), column.name) != kShown.end();
    if (named || column.name.starts_with("coverage") || column.name == "fit_seconds") {
      shown.add(column.name, column.values);
    }
    if (column.name == "mae" && results.size() > 1) shown.add("behind (95 %)", behind_text(all));
  }
  return text_table(shown, 4) + legend_of(all);
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(std::abs(number));
  for (auto at = std::ssize(digits) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return (number < 0 ? "-" : "") + digits;
}

}  // namespace forecart
