#include "cli/text_table.h"

#include "pipeline/forecast_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

std::string leaderboard_text(const std::vector<ModelBacktest>& results,
                             const BacktestOptions& options) {
  const Table all = leaderboard_table(results, options);
  Table shown;
  for (const Column& column : all.columns()) {
    const bool wanted = column.name != "mse" && column.name != "rmsse" && column.name != "wape" &&
                        column.name != "crps" && column.name != "forecast_seconds";
    if (wanted) shown.add(column.name, column.values);
  }
  return text_table(shown, 4);
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(std::abs(number));
  for (auto at = std::ssize(digits) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return (number < 0 ? "-" : "") + digits;
}

}  // namespace forecart
