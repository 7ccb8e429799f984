#include "hierarchy/min_trace.h"

#include "base/error.h"

#include "hierarchy/sum_equations.h"
#include <Eigen/Cholesky>
#include <fmt/format.h>

#include <limits>

namespace forecart {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// Rounds of exchange in which fewer leaves must be on the wrong side, before they change sides
/// one by one, which comes to an end in any case [JudicePires1994].
constexpr int kPatience = 3;
/// Rounds at most; some ten are usual.
constexpr int kMostRounds = 2000;
/// What counts as zero, beside the largest base forecast.
constexpr double kZero = 1e-11;

/// Chooses which leaves are held at zero.
class Exchange {
 public:
  explicit Exchange(ArrayXd free) : free_(std::move(free)) {}

  const ArrayXd& free() const { return free_; }

  /// Moves leaves that lie on the wrong side of zero; false where none does.
  bool move(const VectorXd& pulled, double zero) {
    const auto wrong = (free_ > 0).select(pulled.array() < -zero, pulled.array() > zero).eval();
    const Index count = wrong.count();
    if (count == 0) return false;
    if (count < fewest_) {
      fewest_ = count;
      patience_ = kPatience;
    } else if (--patience_ < 0) {
      Index last = wrong.size() - 1;
      while (!wrong[last]) --last;
      free_[last] = 1 - free_[last];
      return true;
    }
    free_ = wrong.select(1 - free_, free_).eval();
    return true;
  }

 private:
  ArrayXd free_;  // 1, or 0 where held at zero
  Index fewest_ = std::numeric_limits<Index>::max();
  int patience_ = kPatience;
};

}  // namespace

/// The problem with some leaves held at zero. With W = D + U U' its errors are D^1/2 e + U f, so
/// that b and f minimise
///   (y_a - U_a f - A b)' D_a^-1 (..) + (y_b - U_b f - b)' D_b^-1 (..) + f'f.
/// Given f and the free leaves F, l = D_a^-1 (y_a - U_a f - A b) solves
///   (D_a + A_F D_F A_F') l = r - P f,   r = y_a - A_F y_F,   P = U_a - A_F U_F,
/// and b = y_b - U_b f + D_b A'l; where a leaf is held at zero this is what it is pulled to: the
/// gradient there is minus that over D_b. f solves (I + P'K^-1 P + U_N' D_N^-1 U_N) f =
/// P'K^-1 r + U_N' D_N^-1 y_N, N those held at zero, K the matrix above.
class MinTrace::System {
 public:
  System(const SparseMatrix& sums, const ErrorCovariance& covariance)
      : sums_(sums),
        a_(sums.rows()),
        weights_(covariance.diagonal.tail(sums.cols())),
        upper_(covariance.factor.topRows(covariance.factor.cols() > 0 ? a_ : 0)),
        lower_(covariance.factor.bottomRows(covariance.factor.cols() > 0 ? sums.cols() : 0)),
        equations_(sums, covariance.diagonal.head(a_)) {}

  /// Where each leaf is pulled to, (leaves, h); `free` is 1, or 0 where it is held at zero.
  MatrixXd pull(const MatrixXd& base, const ArrayXd& free) {
    const VectorXd free_weights = (weights_.array() * free).matrix();
    equations_.set_weights(free_weights);
    const MatrixXd own = base.bottomRows(sums_.cols());
    const MatrixXd rest = base.topRows(a_) - sums_ * (free.matrix().asDiagonal() * own);
    if (lower_.cols() == 0) return own + carry_down(equations_.solve(rest));
    const MatrixXd P = upper_ - sums_ * (free.matrix().asDiagonal() * lower_);
    const MatrixXd f = factors(base, free, {P, rest});
    return own - lower_ * f + carry_down(equations_.solve(rest - P * f));
  }

 private:
  struct Sides {
    const MatrixXd& P;     // (aggregates, factors)
    const MatrixXd& rest;  // (aggregates, h)
  };

  MatrixXd carry_down(const MatrixXd& multipliers) const {
    return weights_.asDiagonal() * (sums_.transpose() * multipliers);
  }

  MatrixXd factors(const MatrixXd& base, const ArrayXd& free, const Sides& sides) const {
    const MatrixXd solved = equations_.solve(sides.P);
    MatrixXd M = MatrixXd::Identity(lower_.cols(), lower_.cols()) + sides.P.transpose() * solved;
    MatrixXd right = solved.transpose() * sides.rest;
    if ((free == 0).any()) {
      const VectorXd held = ((1 - free) / weights_.array()).matrix();
      const MatrixXd scaled = held.asDiagonal() * lower_;
      M += lower_.transpose() * scaled;
      right += scaled.transpose() * base.bottomRows(sums_.cols());
    }
    return M.llt().solve(right);
  }

  const SparseMatrix& sums_;
  Index a_;
  VectorXd weights_;  // D_b
  MatrixXd upper_;    // U_a
  MatrixXd lower_;    // U_b
  SumEquations equations_;
};

MinTrace::MinTrace(const SparseMatrix& sums, const ErrorCovariance& covariance)
    : sums_(sums), system_(std::make_unique<System>(sums, covariance)) {}

MinTrace::~MinTrace() = default;

MatrixXd MinTrace::leaves(const MatrixXd& base) const {
  return system_->pull(base, ArrayXd::Ones(sums_.cols()));
}

MatrixXd MinTrace::non_negative_leaves(const MatrixXd& base) const {
  MatrixXd result = leaves(base);
  for (Index step = 0; step < base.cols(); ++step) {
    if ((result.col(step).array() >= 0).all()) continue;
    const double zero = kZero * base.col(step).cwiseAbs().maxCoeff();
    Exchange exchange((result.col(step).array() > 0).cast<double>());
    VectorXd pulled;
    int rounds = 0;
    do {
      if (++rounds > kMostRounds) {
        throw Error(ErrorCode::bad_data,
                    fmt::format("the non-negative reconciliation of step {} came to no end in {} "
                                "rounds; use structural, or bottom-up",
                                step + 1, kMostRounds));
      }
      pulled = system_->pull(base.col(step), exchange.free());
    } while (exchange.move(pulled, zero));
    result.col(step) = (exchange.free() > 0 && pulled.array() > 0).select(pulled, 0.0);
  }
  return result;
}

}  // namespace forecart
