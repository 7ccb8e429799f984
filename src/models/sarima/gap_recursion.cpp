#include "models/sarima/gap_recursion.h"

#include "models/sarima/recursion.h"
#include "models/sarima/wide.h"

#include <algorithm>
#include <utility>

namespace forecart::sarima {
namespace {

/// dest_k = source_k + a u_k + b v_k, in whole blocks.
FORECART_PART_OF_WIDE void combine(double* dest, const double* source, double a, const double* u,
                                   double b, const double* v, std::size_t size) {
  for (std::size_t k = 0; k < size; k += kBlock) {
    FORECART_LANES(dest + k) = FORECART_CONST_LANES(source + k) + FORECART_CONST_LANES(u + k) * a +
                               FORECART_CONST_LANES(v + k) * b;
  }
}

/// dest_k = source_k - a u_k, in whole blocks.
FORECART_PART_OF_WIDE void reduce(double* dest, const double* source, double a, const double* u,
                                  std::size_t size) {
  for (std::size_t k = 0; k < size; k += kBlock) {
    FORECART_LANES(dest + k) = FORECART_CONST_LANES(source + k) - FORECART_CONST_LANES(u + k) * a;
  }
}

/// sum += a row and the return value is row'v, in whole blocks.
FORECART_PART_OF_WIDE double add_and_dot(const double* row, double a, const double* v, double* sum,
                                         std::size_t size) {
  Lanes dot{};
  for (std::size_t k = 0; k < size; k += kBlock) {
    const Lanes r = FORECART_CONST_LANES(row + k);
    dot += r * FORECART_CONST_LANES(v + k);
    FORECART_LANES(sum + k) += r * a;
  }
  return (dot[0] + dot[1]) + (dot[2] + dot[3]);
}

std::size_t stride_of(const GapModel& model) {
  return padded(model.m) + 2 * kBlock;
}

/// Upper triangle of the covariance: row i holds P_{i,i}, P_{i,i+1}, .., zero beyond.
class Covariance {
 public:
  Covariance(const GapModel& model, const std::vector<double>& start)
      : model_(model),
        stride_(stride_of(model)),
        rows_((model.m + 1) * stride_, 0.0),
        with_phi_(stride_, 0.0) {
    for (std::size_t i = 0; i < model.m; ++i) {
      for (std::size_t j = i; j < model.m; ++j) row(i)[j - i] = start[i * model.m + j];
      if (model.theta[i] != 0) moving_.push_back(i);
    }
  }

  double variance() const { return 1 + rows_[0]; }

  FORECART_PART_OF_WIDE void gain(double* z) const {
    for (std::size_t i = 0; i < model_.m; ++i) z[i] = rows_[i + 1] + model_.theta[i];
  }

  FORECART_PART_OF_WIDE void observe(const double* z) {
    const double inverse = 1 / variance();
    for (std::size_t i = 0; i < model_.m; ++i) {
      reduce(row(i), row(i + 1), z[i] * inverse, z + i, model_.m - i);
    }
    add_noise();
  }

  FORECART_PART_OF_WIDE void miss(const double* z) {
    const double f = variance();
    for (std::size_t i = 0; i < model_.m; ++i) with_phi_[i] = z[i] + f * model_.phi[i];
    for (std::size_t i = 0; i < model_.m; ++i) {
      combine(row(i), row(i + 1), model_.phi[i], with_phi_.data() + i, z[i], model_.phi.data() + i,
              model_.m - i);
    }
    add_noise();
  }

 private:
  double* row(std::size_t i) { return rows_.data() + i * stride_; }

  void add_noise() {
    for (std::size_t a = 0; a < moving_.size(); ++a) {
      for (std::size_t b = a; b < moving_.size(); ++b) {
        row(moving_[a])[moving_[b] - moving_[a]] +=
            model_.theta[moving_[a]] * model_.theta[moving_[b]];
      }
    }
  }

  const GapModel& model_;
  std::size_t stride_;
  std::vector<double> rows_;
  std::vector<double> with_phi_;     // z + F phi
  std::vector<std::size_t> moving_;  // where theta is not zero
};

/// The derivative B by the covariance after a step: B_{i,i+k} is entry k of the first row that it
/// had i steps later.
class CovarianceAdjoint {
 public:
  explicit CovarianceAdjoint(const GapModel& model)
      : m_(model.m), stride_(stride_of(model)), rows_(m_ * stride_, 0.0) {}

  /// out = B v; out has a stride's room.
  FORECART_PART_OF_WIDE void multiply(const double* v, double* out) const {
    std::fill_n(out, stride_, 0.0);
    for (std::size_t i = 0; i < m_; ++i) {
      const double* r = row(i);
      out[i] += add_and_dot(r, v[i], v + i, out + i, m_ - i) - r[0] * v[i];
    }
  }

  /// One step back in time; returns the new first row, which is to be filled.
  double* retreat() {
    first_ = first_ == 0 ? m_ - 1 : first_ - 1;
    return rows_.data() + first_ * stride_;
  }

  double at(std::size_t i, std::size_t j) const {
    return row(std::min(i, j))[i < j ? j - i : i - j];
  }

 private:
  const double* row(std::size_t i) const {
    const std::size_t k = first_ + i;
    return rows_.data() + (k < m_ ? k : k - m_) * stride_;
  }

  std::size_t m_;
  std::size_t stride_;
  std::vector<double> rows_;
  std::size_t first_ = 0;
};

/// Everything that runs backwards, step by step.
class Backward {
 public:
  Backward(const GapModel& model, const GapWeights& weights)
      : model_(model),
        weights_(weights),
        covariance_(model),
        rows_sum_(stride_of(model), 0.0),
        product_(stride_of(model), 0.0),
        z_bar_(stride_of(model), 0.0) {
    slopes_.phi.assign(model.m, 0.0);
    slopes_.theta.assign(model.m, 0.0);
    slopes_.state.assign(model.m + 1, 0.0);
  }

  FORECART_PART_OF_WIDE void observed(const double* z, double f, double e, double y) {
    covariance_.multiply(z, product_.data());
    double quadratic = 0;
    double through_gain = 0;
    std::vector<double>& state = slopes_.state;
    for (std::size_t i = 0; i < model_.m; ++i) {
      quadratic += z[i] * product_[i];
      through_gain += state[i] * z[i];
      slopes_.phi[i] += state[i] * y;
      z_bar_[i] = (state[i] * e - 2 * product_[i]) / f;
    }
    const double weighted = e / (f * weights_.sigma2);
    const double variance = quadratic / (f * f) - through_gain * e / (f * f) +
                            0.5 * (weights_.log_variances - weighted * e) / f;
    finish(variance, -(through_gain / f + weighted));
  }

  FORECART_PART_OF_WIDE void missing(const double* z, double f, double y) {
    covariance_.multiply(z, product_.data());
    for (std::size_t i = 0; i < model_.m; ++i) slopes_.phi[i] += 2 * product_[i];
    covariance_.multiply(model_.phi.data(), product_.data());
    double quadratic = 0;
    double first = 0;
    std::vector<double>& state = slopes_.state;
    for (std::size_t i = 0; i < model_.m; ++i) {
      quadratic += model_.phi[i] * product_[i];
      first += state[i] * model_.phi[i];
      slopes_.phi[i] += state[i] * y + 2 * f * product_[i];
      z_bar_[i] = 2 * product_[i];
    }
    finish(quadratic, first);
  }

  GapSlopes result() && {
    const std::size_t m = model_.m;
    add_noise();
    slopes_.state.resize(m);
    slopes_.covariance.resize(m * m);
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < m; ++j) slopes_.covariance[i * m + j] = covariance_.at(i, j);
    }
    return std::move(slopes_);
  }

 private:
  /// Through theta theta', which is the same in every step: the sum of all derivatives by P has
  /// entry (i, i + k) the sum of entries k of the first rows but the i + 1 earliest.
  void add_noise() {
    for (std::size_t i = 0; i < model_.m; ++i) {
      for (std::size_t j = i; j < model_.m; ++j) {
        rows_sum_[j - i] -= covariance_.at(i, j);
        slopes_.theta[i] += 2 * rows_sum_[j - i] * model_.theta[j];
        if (i != j) slopes_.theta[j] += 2 * rows_sum_[j - i] * model_.theta[i];
      }
    }
  }

  /// Through z = g + theta, F = 1 + P_00 and the shifts.
  FORECART_PART_OF_WIDE void finish(double variance, double first) {
    double* row = covariance_.retreat();
    row[0] = variance;
    for (std::size_t i = 0; i < model_.m; ++i) {
      slopes_.theta[i] += z_bar_[i];
      row[i + 1] = 0.5 * z_bar_[i];
    }
    row[model_.m] = 0;
    for (std::size_t i = 0; i < model_.m; ++i) rows_sum_[i] += row[i];
    std::vector<double>& state = slopes_.state;
    std::copy_backward(state.begin(), state.begin() + static_cast<std::ptrdiff_t>(model_.m),
                       state.begin() + static_cast<std::ptrdiff_t>(model_.m) + 1);
    state[0] = first;
  }

  const GapModel& model_;
  GapWeights weights_;
  CovarianceAdjoint covariance_;
  GapSlopes slopes_;
  std::vector<double> rows_sum_;  // of all first rows of the derivative by the covariance
  std::vector<double> product_;
  std::vector<double> z_bar_;
};

}  // namespace

GapModel::GapModel(std::size_t size)
    : m(size), phi(padded(size) + 2 * kBlock, 0.0), theta(padded(size) + 2 * kBlock, 0.0) {}

FORECART_WIDE void run_covariance(const GapModel& model, const std::vector<double>& start,
                                  const std::vector<char>& missing, GapTape& tape) {
  Covariance covariance(model, start);
  tape.stride = stride_of(model);
  tape.z.assign(missing.size() * tape.stride, 0.0);
  tape.variances.resize(missing.size());
  for (std::size_t t = 0; t < missing.size(); ++t) {
    double* z = tape.z.data() + t * tape.stride;
    tape.variances[t] = covariance.variance();
    covariance.gain(z);
    if (missing[t] != 0) {
      covariance.miss(z);
    } else {
      covariance.observe(z);
    }
  }
}

FORECART_WIDE GapColumn run_column(const GapModel& model, const GapTape& tape,
                                   const std::vector<char>& missing,
                                   const std::vector<double>& first, const double* y) {
  const std::size_t n = missing.size();
  GapColumn column{std::vector<double>(n, 0.0), std::vector<double>(n, 0.0)};
  std::vector<double> state(tape.stride + kBlock, 0.0);
  std::copy(first.begin(), first.end(), state.begin());
  for (std::size_t t = 0; t < n; ++t) {
    const double value = missing[t] != 0 ? state[0] : y[t];
    const double e = value - state[0];
    column.values[t] = value;
    column.innovations[t] = e;
    combine(state.data(), state.data() + 1, value, model.phi.data(), e / tape.variances[t],
            tape.z_at(t), model.m);
  }
  return column;
}

FORECART_WIDE GapSlopes run_backward(const GapModel& model, const GapTape& tape,
                                     const std::vector<char>& missing, const GapColumn& column,
                                     const GapWeights& weights) {
  Backward backward(model, weights);
  for (std::size_t t = missing.size(); t-- > 0;) {
    if (missing[t] != 0) {
      backward.missing(tape.z_at(t), tape.variances[t], column.values[t]);
    } else {
      backward.observed(tape.z_at(t), tape.variances[t], column.innovations[t], column.values[t]);
    }
  }
  return std::move(backward).result();
}

}  // namespace forecart::sarima
