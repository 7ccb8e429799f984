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
      : size_(size),
        low_(low),
        high_(high),
        cells_(cell_count(), 0),
        shaded_(cell_count(), false) {}

  int dot_columns() const { return 2 * size_.columns; }

  /// A vertical run of dots in one dot column.
  void line(int x, double from, double to) {
    const int a = dot_row(from);
    const int b = dot_row(to);
    for (int y = std::min(a, b); y <= std::max(a, b); ++y)
      cells_[index(x / 2, y / 4)] |= kDots[y % 4][x % 2];
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
  std::size_t cell_count() const { return index(0, size_.rows); }
  std::size_t index(int column, int row) const {
    const std::ptrdiff_t columns = size_.columns;
    return static_cast<std::size_t>(row * columns + column);
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

/// Smallest and largest value shown; 0 is shown when it is near.
Extent extent_of(const ChartSeries& series) {
  Extent all;
  for (const double value : series.history) all.add(value);
  for (const auto* values : {&series.mean, &series.low, &series.high}) {
    for (const double value : *values) all.add(value);
  }
  if (all.low > 0 && all.low < 0.5 * all.high) all.low = 0;
  return all;
}

/// Draws points one after the other, left to right over the whole canvas.
class Plotter {
 public:
  Plotter(const ChartSeries& series, Canvas& canvas)
      : series_(series),
        canvas_(canvas),
        history_(series.history.size()),
        points_(history_ + series.mean.size()) {}

  void draw() {
    for (std::size_t i = 0; i < points_; ++i) {
      if (i >= history_) shade(i);
      if (std::isfinite(value(i))) connect(i);
    }
    if (history_ < points_) canvas_.bar(column(history_));
  }

 private:
  double value(std::size_t i) const {
    return i < history_ ? series_.history[i] : series_.mean[i - history_];
  }
  int column(std::size_t i) const {
    return static_cast<int>(i * static_cast<std::size_t>(canvas_.dot_columns() - 1) /
                            (points_ - 1));
  }
  int column_before(std::size_t i) const { return column(i > 0 ? i - 1 : 0); }

  void shade(std::size_t i) {
    const std::size_t step = i - history_;
    for (int x = column_before(i); x <= column(i); ++x) {
      canvas_.shade(x, series_.low[step], series_.high[step]);
    }
  }

  /// A line from the point before, if there is one.
  void connect(std::size_t i) {
    const double to = value(i);
    const double from = i > 0 && std::isfinite(value(i - 1)) ? value(i - 1) : to;
    const int begin = column_before(i);
    const int end = column(i);
    if (begin == end) canvas_.line(end, from, to);
    for (int x = begin; x < end; ++x) {
      const auto y = [&](int at) { return from + (to - from) * (at - begin) / (end - begin); };
      canvas_.line(x, y(x), y(x + 1));
    }
    canvas_.line(end, to, to);
  }

  const ChartSeries& series_;
  Canvas& canvas_;
  std::size_t history_;
  std::size_t points_;
};

}  // namespace

std::string draw_chart(const ChartSeries& series, const ChartSize& size) {
  const Extent extent = extent_of(series);
  if (extent.empty() || series.history.size() + series.mean.size() < 2) return "";
  Canvas canvas(size, extent.low, extent.high);
  Plotter(series, canvas).draw();
  const int gap = size.columns - static_cast<int>(series.from.size() + series.until.size());
  return canvas.text() + fmt::format("{:>10}{}{}{}\n", "", series.from,
                                     std::string(static_cast<std::size_t>(std::max(1, gap)), ' '),
                                     series.until);
}

}  // namespace forecart
