#pragma once

#include <cstddef>
#include <vector>

namespace forecart::sarima {

/// An ARIMA model as one recursion on the original scale: y_t = a_0 + e_t and
/// a'_i = a_{i+1} + phi_{i+1} y_t + theta_{i+1} e_t, i = 0..m-1, phi with the differences
/// multiplied in.
struct GapModel {
  explicit GapModel(std::size_t size);

  std::size_t m;
  std::vector<double> phi;    // phi_{i+1}, zero from m on, padded
  std::vector<double> theta;  // theta_{i+1}, the same
};

/// What the covariance recursion leaves behind: for each step z = F (K - phi), K the gain, and the
/// variance F of the innovation in units of sigma^2.
struct GapTape {
  std::size_t stride = 0;
  std::vector<double> z;  // (n, stride)
  std::vector<double> variances;

  const double* z_at(std::size_t t) const { return z.data() + t * stride; }
};

/// Derivatives of a function by what the covariance recursion and one column of data go through.
struct GapSlopes {
  std::vector<double> phi;         // (m)
  std::vector<double> theta;       // (m)
  std::vector<double> state;       // (m) by the column's first state
  std::vector<double> covariance;  // (m, m) by the first covariance, symmetric, row by row
};

/// A column's innovations e_t (0 where missing) and its values, predicted ones where missing.
struct GapColumn {
  std::vector<double> innovations;  // (n)
  std::vector<double> values;       // (n)
};

/// Runs the covariance P from `start` (m, m; upper triangle of rows) over n steps. With J the shift
/// up, g_i = P_{i+1,0}, z = g + theta and F = 1 + P_00:
///   observed  P' = J P J' + theta theta' - z z' / F
///   missing   P' = J P J' + theta theta' + phi z' + z phi' + F phi phi'.
/// The first is the textbook filter, in which phi cancels. m^2 / 2 multiply-adds a step.
void run_covariance(const GapModel& model, const std::vector<double>& start,
                    const std::vector<char>& missing, GapTape& tape);

/// Filters one column from state `first` (m) with the gains of the tape; `y` where observed.
GapColumn run_column(const GapModel& model, const GapTape& tape, const std::vector<char>& missing,
                     const std::vector<double>& first, const double* y);

/// The function of a column that is differentiated:
/// sum over the observed of [log_variances log F_t + e_t^2 / (F_t sigma2)] / 2.
struct GapWeights {
  double sigma2 = 1;
  double log_variances = 1;
};

/// The adjoint of both recursions. The derivative by P is shifted down in each step and changes in
/// its first row only, so it is kept as the m last such rows.
GapSlopes run_backward(const GapModel& model, const GapTape& tape, const std::vector<char>& missing,
                       const GapColumn& column, const GapWeights& weights);

}  // namespace forecart::sarima
