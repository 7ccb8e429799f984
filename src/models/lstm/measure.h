#pragma once

#include <cstdint>
#include <span>

namespace forecart::lstm {

/// In what unit the values of a panel are handed to a network.
enum class Space : std::uint8_t {
  log,     ///< values above zero: logarithms, where levels and seasons add
  scaled,  ///< values never below zero: as they are; levels and seasons multiply
  centred  ///< any values: as they are; levels and seasons add
};

const char* name_of(Space space);

/// What a space holds lies no farther from zero.
inline constexpr double kGreatestValue = 1e100;
/// The nearest value that a space holds; NaN for NaN. A state moves on over whatever comes: a day
/// of net returns counts as one without sales where nothing lies below zero.
double nearest_held(Space space, double y);

/// exp of more is beyond what doubles hold with room to add up.
inline constexpr double kGreatestLog = 600;

/// From the values of one series to working units and back.
struct Measure {
  Space space = Space::centred;
  double floor = 0;  ///< of log: what lies at or below zero counts as this

  bool multiplies() const { return space == Space::scaled; }
  double working(double y) const;
  double value(double working) const;
};

/// The measure of a series: in logarithms the floor is half of its least value above zero.
Measure measure_of(Space space, std::span<const double> values);

}  // namespace forecart::lstm
