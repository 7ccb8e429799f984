#pragma once

#include <string>
#include <string_view>

namespace forecart {

/// Orders of a seasonal ARIMA model (p,d,q)(P,D,Q)s: autoregressive, difference and moving-average
/// orders of the regular and of the seasonal part; s = 1 where there is no seasonal part.
struct SarimaOrder {
  int p = 0;
  int d = 0;
  int q = 0;
  int P = 0;
  int D = 0;
  int Q = 0;
  int s = 1;

  /// Throws Error invalid_value naming the order, its value and the range allowed.
  void validate() const;

  bool has_season() const { return P + D + Q > 0; }
  /// Number of coefficients, p + q + P + Q.
  int parameters() const { return p + q + P + Q; }
  /// Values lost to differencing, d + s D.
  int lost() const { return d + s * D; }
  /// Degree of the expanded autoregressive polynomial, p + s P.
  int ar_degree() const { return p + s * P; }
  /// Degree of the expanded moving-average polynomial, q + s Q.
  int ma_degree() const { return q + s * Q; }

  /// "(1,1,1)(0,1,1)24", or "(1,0,2)" without a seasonal part.
  std::string format() const;

  /// Reads what format() writes, and the command line's "1,1,1" with seasonal "0,1,1,24".
  /// The result is valid. Throws Error invalid_value.
  static SarimaOrder parse(std::string_view order, std::string_view seasonal = {});

  friend bool operator==(const SarimaOrder&, const SarimaOrder&) = default;
};

}  // namespace forecart
