#pragma once

#include <span>
#include <string>
#include <vector>

namespace forecart {

/// What a chart shows of one series: history, then the forecast with one interval.
struct ChartSeries {
  std::span<const double> history;  ///< NaN is missing
  std::vector<double> mean;         ///< (h)
  std::vector<double> low;          ///< (h)
  std::vector<double> high;         ///< (h)
  std::string from;                 ///< label of the first point shown
  std::string until;                ///< label of the last one
};

struct ChartSize {
  int columns = 78;  ///< of the plot, without the axis
  int rows = 12;
};

/// A chart for a terminal, in Unicode: history and forecast as lines of braille dots, the interval
/// shaded, a bar where the forecast begins, and a y axis. Empty if there is nothing to show.
std::string draw_chart(const ChartSeries& series, const ChartSize& size = {});

}  // namespace forecart
