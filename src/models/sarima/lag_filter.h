#pragma once

#include <cstddef>
#include <vector>

namespace forecart::sarima {

/// x_t <- x_t - sum_j ar_j x_{t-js}, in place, zeros before the start.
void apply_autoregression(const std::vector<double>& ar, std::size_t s, double* x, std::size_t n);

/// The e with e_t + sum_j ma_j e_{t-js} = x_t, in place, zeros before the start.
void invert_moving_average(const std::vector<double>& ma, std::size_t s, double* x, std::size_t n);

/// The same backwards in time: e_t + sum_j ma_j e_{t+js} = x_t, zeros after the end. It is the
/// transpose of invert_moving_average.
void invert_moving_average_backwards(const std::vector<double>& ma, std::size_t s, double* x,
                                     std::size_t n);

/// sum_{t >= lag} a_t b_{t-lag}, t < n.
double lagged_dot(const double* a, const double* b, std::size_t lag, std::size_t n);

}  // namespace forecart::sarima
