#include "cli/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

/// Dots of a braille cell by row (0 top .. 3) and column (Unicode block 2800).
constexpr unsigned kDots[4][2]{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

std::string utf8(char32_t c) {
  std::string text;
  text += static_cast<char>(0xE0U | (c >> 12U));
  text += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
  text += static_cast<char>(0x80U | (c & 0x3FU));
  return text;
}

/// A grid of cells, each with 2 x 4 dots, a shade behind them and perhaps a bar.
class Canvas {
 public:
  Canvas(ChartSize size, double low, double high)
      : size_(size), low_(low), high_(high), cells_(cell_count(), 0), shaded_(cell_count(), false) {}

  int dot_columns() const { return 2 * size_.columns; }

  /// A vertical run of dots in one dot column.
  void line(int x, double from, double to) {
    const auto [top, bottom] = std::minmax(dot_row(from), dot_row(to));
    for (int y = top; y <= bottom; ++y) cells_[index(x / 2, y / 4)] |= kDots[y % 4][x % 2];
  }
  void shade(int x, double from, double to) {
    for (int row = dot_row(to) / 4; row <= dot_row(from) / 4; ++row) {
      shaded_[index(x / 2, row)] = true;
    }
  }
  void bar(int x) { bar_ = x / 2; }

  std::string text() const {
    std::string result;
    for (int row = 0; row < size_.rows; ++row) {
      const bool labelled = row == 0 || row == size_.rows - 1 || row == size_.rows / 2;
      const double value = high_ - (high_ - low_) * row / (size_.rows - 1);
      result += labelled ? fmt::format("{:>8.4g} ┤", value) : fmt::format("{:>8} │", "");
      for (int column = 0; column < size_.columns; ++column) result += glyph(column, row);
      result += "\n";
    }
    return result;
  }

 private:
  std::size_t cell_count() const { return static_cast<std::size_t>(size_.columns * size_.rows); }
  std::size_t index(int column, int row) const {
    return static_cast<std::size_t>(row * size_.columns + column);
  }
  int dot_row(double value) const {
    const int dots = 4 * size_.rows - 1;
    const double share = high_ > low_ ? (high_ - value) / (high_ - low_) : 0.5;
    return std::clamp(static_cast<int>(std::lround(share * dots)), 0, dots);
  }
  std::string glyph(int column, int row) const {
    const unsigned dots = cells_[index(column, row)];
    if (dots != 0) return utf8(0x2800 + dots);
    if (shaded_[index(column, row)]) return "░";
    return column == bar_ ? "┊" : " ";
  }

  ChartSize size_;
  double low_;
  double high_;
  std::vector<unsigned> cells_;
  std::vector<bool> shaded_;
  int bar_ = -1;
};

struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return low > high; }
};

}  // namespace

std::string draw_chart(const ChartSeries& series, const ChartSize& size) {
  const auto points = series.history.size() + series.mean.size();
  Extent all;
  for (const auto& values : {std::vector<double>(series.history.begin(), series.history.end()),
                             series.mean, series.low, series.high}) {
    for (const double value : values) all.add(value);
  }
  if (all.empty() || points < 2) return "";
  if (all.low > 0 && all.low < 0.5 * all.high) all.low = 0;
  Canvas canvas(size, all.low, all.high);
  const auto value_of = [&](std::size_t i) {
    return i < series.history.size() ? series.history[i] : series.mean[i - series.history.size()];
  };
  const auto column_of = [&](std::size_t i) {
    return static_cast<int>(i * static_cast<std::size_t>(canvas.dot_columns() - 1) / (points - 1));
  };
  for (std::size_t i = 0; i < points; ++i) {
    const double value = value_of(i);
    if (i >= series.history.size()) {
      const std::size_t step = i - series.history.size();
      for (int x = column_of(i); x >= column_of(i - (i > 0 ? 1 : 0)); --x) {
        canvas.shade(x, series.low[step], series.high[step]);
      }
    }
    if (!std::isfinite(value)) continue;
    const double before = i > 0 && std::isfinite(value_of(i - 1)) ? value_of(i - 1) : value;
    const int from = i > 0 ? column_of(i - 1) : column_of(i);
    const int to = column_of(i);
    for (int x = from; x <= to; ++x) {
      const double share = to > from ? static_cast<double>(x - from) / (to - from) : 1;
      const double y = before + share * (value - before);
      canvas.line(x, to > from ? y : before, y);
    }
  }
  canvas.bar(column_of(series.history.size()));
  const int gap = size.columns - static_cast<int>(series.from.size() + series.until.size());
  return canvas.text() + fmt::format("{:>9}{}{}{}\n", "", series.from,
                                     std::string(static_cast<std::size_t>(std::max(1, gap)), ' '),
                                     series.until);
}

}  // namespace forecart
